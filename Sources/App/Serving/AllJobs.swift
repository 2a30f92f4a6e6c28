import Jobs

/// Every kind of background work that a server does.
enum AllJobs {
    static func handlers(mail: @escaping MailTransport) -> JobHandlers {
        var handlers = JobHandlers()
        handlers.sendMail(through: mail)
        return handlers
    }
}
