import Access
import CLinux
import HTTP
import Tenancy

/// The `courtyard` program: reads the command line and runs one command.
package enum Command {
    package static func main() {
        let arguments = Array(CommandLine.arguments.dropFirst())
        do {
            switch arguments.first {
            case "serve": try ServeCommand.run(Configuration(), routes: AllRoutes.all)
            case "migrate": try MigrateCommand.run(Configuration(), Array(arguments.dropFirst()))
            default:
                print("usage: courtyard serve | migrate [--status]")
                exit(arguments.isEmpty ? 0 : 2)
            }
        } catch {
            fputs("courtyard: \(error)\n", courtyard_stderr())
            exit(1)
        }
    }
}

/// Every route of the program, in the order of the API description.
package enum AllRoutes {
    package static let all: [Route] = OperationRoutes.all + AccessRoutes.all
}
