import CLinux
import HTTP
import Tenancy

/// The `courtyard` program: reads the command line and runs one command.
///
/// Exit status: 0 when it is done, 1 when it could not be done, 2 when it was called wrongly.
package enum Command {
    package static func main() {
        let arguments = Arguments(CommandLine.arguments.dropFirst())
        do {
            try run(arguments)
        } catch let error as UsageMistake {
            complain(error.description)
            exit(2)
        } catch {
            complain(String(describing: error))
            exit(1)
        }
    }

    private static func run(_ arguments: Arguments) throws {
        var arguments = arguments
        switch arguments.next() {
        case "serve":
            try arguments.finish()
            try ServeCommand.run(Configuration())
        case "migrate": try MigrateCommand.run(&arguments)
        case "check": try CheckCommand.run(&arguments)
        case "tenant": try TenantCommand.run(&arguments)
        case "staff": try StaffCommand.run(&arguments)
        case "keys": try KeysCommand.run(&arguments)
        case "jobs": try JobsCommand.run(&arguments)
        case "audit": try AuditCommand.run(&arguments)
        case "ledger": try LedgerCommand.run(&arguments)
        case "invoice": try InvoiceCommand.run(&arguments)
        case "demo": try DemoCommand.run(&arguments)
        case "openapi":
            try arguments.finish()
            print(Documents.openapi, terminator: "")
        case "authorization":
            try arguments.finish()
            print(Documents.authorization, terminator: "")
        case "help", "--help", "-h", nil: print(help)
        case let word?:
            throw UsageMistake("There is no command “\(word)”; 'courtyard help' lists them.")
        }
    }

    private static func complain(_ text: String) {
        fputs("courtyard: \(text)\n", courtyard_stderr())
    }

    static let help = """
        usage: courtyard COMMAND

          serve                       answer requests until SIGTERM; SIGHUP reads the key ring and
                                      the certificate again
          check                       say whether configuration and database are ready to serve
          migrate                     bring the database to the version of this program
          migrate --status [--verify] say where each workspace stands; look for changed schemas too

          tenant list                 the workspaces
          tenant create SLUG NAME [--plan FREE|STARTER|GROWTH|ENTERPRISE]
          tenant suspend SLUG         refuse its requests; nothing is deleted
          tenant resume SLUG          open a suspended or closed one again
          tenant close SLUG           end its sessions and tokens; its data stays
          tenant export SLUG FILE     write everything it owns to one file
          tenant import FILE SLUG     make a new workspace of such a file
          tenant erase SLUG --yes     delete everything it owns, for good

          staff create EMAIL NAME [--role platform_admin|billing_staff]
                                      the password is read from standard input, or made if \
        there is none
          keys generate [ID]          print a new entry for a key ring; ID is 1 unless given
          keys status                 which keys of the ring wrap how many data keys
          keys rotate                 wrap every data key under the ring's current key
          keys renew                  give every workspace a further data key, which seals from \
        now on

          staff list                  the platform's staff
          staff enrol EMAIL           take a second factor away; prints a token to enrol another
          staff disable EMAIL         end sessions and sign-in for good
          jobs list [--state waiting|running|dead]
          jobs retry ID|--all         let dead jobs run again
          jobs drop ID                forget a job that is not running

          audit verify [--tenant SLUG] [--heads FILE]
                                      look for changed, removed or reordered audit entries
          audit verify --file FILE    the same for an exported log, without a database
          audit heads                 how far each log has come; keep the output elsewhere
          audit export SLUG FILE      write a sealed log that can be verified anywhere
          audit prune SLUG --before DATE
                                      remove old entries so that the chain still holds

          ledger verify [--tenant SLUG]
                                      prove each balance of AI credits by its ledger

          invoice list [--status STATUS] [--limit N]
          invoice show NUMBER|ID      one invoice with its lines, payments and credit notes
          invoice issue ID            issue a draft; prints its number
          invoice export [--status STATUS]
                                      all invoices as CSV

          demo                        a platform administrator and a workspace to try things in
          openapi                     the API description (OpenAPI 3.1)
          authorization               who may call which route (Markdown)

        Settings are environment variables, described in docs/configuration.md.
        """
}

/// The command line was not understood; says how it should be.
struct UsageMistake: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

/// The words after the program's name, taken one by one.
struct Arguments {
    private var words: [String]

    init(_ words: some Sequence<String>) {
        self.words = Array(words)
    }

    mutating func next() -> String? {
        words.isEmpty ? nil : words.removeFirst()
    }

    /// The next word, which must be there.
    mutating func next(_ name: String) throws -> String {
        guard let word = next(), !word.hasPrefix("--") else {
            throw UsageMistake("\(name) is missing; see 'courtyard help'.")
        }
        return word
    }

    /// Whether the flag was given; takes it away.
    mutating func flag(_ name: String) -> Bool {
        guard let index = words.firstIndex(of: name) else { return false }
        words.remove(at: index)
        return true
    }

    /// The word after the option, if it was given; takes both away.
    mutating func option(_ name: String) throws -> String? {
        guard let index = words.firstIndex(of: name) else { return nil }
        guard index + 1 < words.count else { throw UsageMistake("\(name) needs a value.") }
        defer { words.removeSubrange(index...index + 1) }
        return words[index + 1]
    }

    /// Nothing may be left over.
    func finish() throws {
        guard let word = words.first else { return }
        throw UsageMistake("“\(word)” is not understood here; see 'courtyard help'.")
    }
}
