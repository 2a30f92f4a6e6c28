import CLinux
import EventLoop

/// The threads of a server process for work that would hold up its loops.
struct Pools: Sendable {
    let blocking = BlockingPool(name: "blocking", threads: 2, queueLimit: 64)
    /// On half the cores, so that a flood of logins leaves room for the loops and PostgreSQL: one
    /// thread tries about thirty passwords a second.
    let passwords = BlockingPool(
        name: "passwords", threads: Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))) / 2, queueLimit: 64)
}
