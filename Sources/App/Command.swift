/// The `courtyard` program: reads the command line and runs one command.
package enum Command {
    package static func main() {}
}
