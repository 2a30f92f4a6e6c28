import Testing
import Values

extension World {
    /// Makes somebody a platform administrator, who enrols an authenticator app and signs in.
    func signInStaff(_ email: String = "sam@platform.example") throws -> Browser {
        let printed = try ServerProcess.command(
            ["staff", "create", email, "Sam Staff"], on: database, input: "")
        func shown(after label: String) throws -> String {
            let line = printed.split(separator: "\n").first { $0.hasPrefix(label) }
            return String(try #require(line?.split(separator: " ").last, "\(printed)"))
        }
        let token: JSON = .string(try shown(after: "Enrolment token"))
        let password: JSON = .string(try shown(after: "Password"))
        let browser = Browser(server)
        let began = try browser.post(
            "/v1/platform/auth/enrolment", ["token": token, "password": password])
        let app = Authenticator(secret: try #require(began["secret"], "\(began.body)"))
        let done = try browser.post(
            "/v1/platform/auth/enrolment/confirm",
            ["token": token, "code": .string(try app.code(at: .system))])
        guard done.status == 200 else { throw Shell.Failure(description: done.body) }
        return browser
    }
}
