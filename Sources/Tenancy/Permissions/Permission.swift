/// What a principal may be allowed to do; the catalogue of AC-40, in its order.
package enum Permission: String, CaseIterable, Sendable {
    case workspaceRead = "workspace.read"
    case workspaceUpdate = "workspace.update"
    case workspaceClose = "workspace.close"
    case ownershipManage = "ownership.manage"
    case retentionManage = "retention.manage"
    case securityManage = "security.manage"
    case developerManage = "developer.manage"
    case auditRead = "audit.read"
    case memberRead = "member.read"
    case memberManage = "member.manage"
    case roleRead = "role.read"
    case roleManage = "role.manage"
    case teamRead = "team.read"
    case teamManage = "team.manage"
    case serviceAccountRead = "service_account.read"
    case serviceAccountManage = "service_account.manage"
    case billingRead = "billing.read"
    case billingManage = "billing.manage"
    case channelRead = "channel.read"
    case channelManage = "channel.manage"
    case channelToken = "channel.token"
    case contactRead = "contact.read"
    case contactWrite = "contact.write"
    case contactDelete = "contact.delete"
    case contactImport = "contact.import"
    case contactExport = "contact.export"
    case groupRead = "group.read"
    case groupWrite = "group.write"
    case conversationRead = "conversation.read"
    case conversationReadAll = "conversation.read_all"
    case conversationReply = "conversation.reply"
    case conversationControl = "conversation.control"
    case conversationAssign = "conversation.assign"
    case conversationManage = "conversation.manage"
    case mediaRead = "media.read"
    case mediaWrite = "media.write"
    case cannedRead = "canned.read"
    case cannedManage = "canned.manage"
    case templateRead = "template.read"
    case templateWrite = "template.write"
    case templateDelete = "template.delete"
    case broadcastTypeManage = "broadcast_type.manage"
    case broadcastRead = "broadcast.read"
    case broadcastWrite = "broadcast.write"
    case broadcastSend = "broadcast.send"
    case campaignRead = "campaign.read"
    case campaignWrite = "campaign.write"
    case campaignTrigger = "campaign.trigger"
    case notificationRead = "notification.read"
    case notificationSend = "notification.send"
    case botManage = "bot.manage"
    case flowRead = "flow.read"
    case flowWrite = "flow.write"
    case flowPublish = "flow.publish"
    case flowTrigger = "flow.trigger"
    case knowledgeRead = "knowledge.read"
    case knowledgeWrite = "knowledge.write"
    case analysisRun = "analysis.run"
    case analysisApply = "analysis.apply"
    case aiUse = "ai.use"
    case dashboardRead = "dashboard.read"
    case reportRead = "report.read"

    /// Position in ``PermissionSet``; the order of declaration.
    package var bit: UInt64 { 1 << UInt64(Self.positions[self] ?? 63) }

    private static let positions = Dictionary(
        uniqueKeysWithValues: allCases.enumerated().map { ($1, $0) })

    /// Reserved to Owners: no custom role can hold it (AC-34).
    package var isReserved: Bool { Self.reserved.contains(self) }

    /// Usable as a scope of service accounts (AC-61).
    package var isScope: Bool { Self.scopes.contains(self) }

    /// The word before the dot, by which the catalogue is grouped.
    package var feature: String { String(rawValue.prefix { $0 != "." }) }

    /// What must be held beside this one (AC-36).
    package var prerequisite: Permission? {
        switch self {
        case .conversationReadAll, .conversationReply, .conversationControl, .conversationAssign,
            .conversationManage:
            return .conversationRead
        default:
            let verbs = ["write", "delete", "export", "send", "manage"]
            guard let verb = rawValue.split(separator: ".").last, verbs.contains(String(verb))
            else { return nil }
            return Permission(rawValue: feature + ".read")
        }
    }

    /// What it allows, in one phrase.
    package var summary: String {
        switch self {
        case .workspaceRead: "See general settings"
        case .workspaceUpdate: "Change name, logo, timezone, auto-archive, channel alerts"
        case .workspaceClose: "Close the workspace"
        case .ownershipManage: "Make or unmake Owners"
        case .retentionManage: "Change data retention"
        case .securityManage: "Workspace 2FA rule, SSO, e-mail-change rule"
        case .developerManage: "Account API token"
        case .auditRead: "Audit log, others' login history and activity"
        case .memberRead: "User directory"
        case .memberManage: "Invite, edit, deactivate, remove members"
        case .roleRead: "See roles"
        case .roleManage: "Create, edit, delete custom roles"
        case .teamRead: "See teams"
        case .teamManage: "Create, edit, delete teams and queue rules"
        case .serviceAccountRead: "See service accounts"
        case .serviceAccountManage: "Create them, issue and revoke tokens"
        case .billingRead: "Plan, usage, credits, orders, invoices"
        case .billingManage: "Request plans, buy credits, edit billing profile"
        case .channelRead: "See channels and statuses"
        case .channelManage: "Create, configure, validate, subscribe, link, delete"
        case .channelToken: "External API tokens, verify tokens, webhook secrets"
        case .contactRead: "See contacts"
        case .contactWrite: "Add and edit contacts"
        case .contactDelete: "Delete contacts"
        case .contactImport: "Import CSV/Excel"
        case .contactExport: "Export CSV"
        case .groupRead: "See groups"
        case .groupWrite: "Create, edit, delete groups and membership"
        case .conversationRead: "See conversations in one's scope (MS-60)"
        case .conversationReadAll: "See every conversation"
        case .conversationReply: "Send messages"
        case .conversationControl: "Take, ask for, transfer control; toggle chatbot"
        case .conversationAssign: "Assign members and teams without holding control"
        case .conversationManage: "Create, close, reopen, archive any conversation"
        case .mediaRead: "See the gallery"
        case .mediaWrite: "Upload, rename, delete gallery files"
        case .cannedRead: "See company canned responses"
        case .cannedManage: "Edit company canned responses"
        case .templateRead: "See templates and library"
        case .templateWrite: "Create, edit, duplicate, submit, sync templates"
        case .templateDelete: "Delete templates"
        case .broadcastTypeManage: "Edit broadcast types"
        case .broadcastRead: "See broadcasts, types, analytics"
        case .broadcastWrite: "Create and edit broadcasts"
        case .broadcastSend: "Send, schedule, cancel broadcasts"
        case .campaignRead: "See campaigns and triggers"
        case .campaignWrite: "Create, edit, activate campaigns"
        case .campaignTrigger: "Trigger campaigns and events"
        case .notificationRead: "Notification-panel history"
        case .notificationSend: "Send a template from the notification panel"
        case .botManage: "Create bots, set collaborators, publish settings"
        case .flowRead: "See flows, settings, sessions"
        case .flowWrite: "Edit flows and flow settings"
        case .flowPublish: "Activate flows, publish a bot"
        case .flowTrigger: "Start a flow in a conversation"
        case .knowledgeRead: "Read knowledge documents"
        case .knowledgeWrite: "Upload and delete knowledge documents"
        case .analysisRun: "Start an analysis"
        case .analysisApply: "Apply analysis results"
        case .aiUse: "Ask for suggested replies"
        case .dashboardRead: "See the dashboard"
        case .reportRead: "See and export reports"
        }
    }
}

extension Permission {
    /// R in AC-40.
    package static let reserved: Set<Permission> = [
        .workspaceClose, .ownershipManage, .billingManage,
    ]

    /// S in AC-40.
    package static let scopes: Set<Permission> = [
        .workspaceRead, .channelRead, .contactRead, .contactWrite, .contactDelete, .contactImport,
        .contactExport, .groupRead, .groupWrite, .conversationRead, .conversationReadAll,
        .conversationReply, .conversationAssign, .conversationManage, .mediaRead, .mediaWrite,
        .cannedRead, .templateRead, .templateWrite, .broadcastRead, .broadcastWrite,
        .broadcastSend, .campaignRead, .campaignTrigger, .notificationRead, .notificationSend,
        .flowRead, .flowWrite, .flowPublish, .flowTrigger, .knowledgeRead, .knowledgeWrite,
        .analysisRun, .analysisApply, .reportRead,
    ]

    /// What the built-in Admin holds.
    package static let ofAdmin: Set<Permission> = [
        .workspaceRead, .workspaceUpdate, .retentionManage, .securityManage, .developerManage,
        .auditRead, .memberRead, .memberManage, .roleRead, .roleManage, .teamRead, .teamManage,
        .serviceAccountRead, .serviceAccountManage, .billingRead, .channelRead, .channelManage,
        .channelToken, .contactRead, .contactWrite, .contactDelete, .contactImport,
        .contactExport, .groupRead, .groupWrite, .conversationRead, .conversationReadAll,
        .conversationReply, .conversationControl, .conversationAssign, .conversationManage,
        .mediaRead, .mediaWrite, .cannedRead, .cannedManage, .templateRead, .templateWrite,
        .templateDelete, .broadcastTypeManage, .broadcastRead, .broadcastWrite, .broadcastSend,
        .campaignRead, .campaignWrite, .campaignTrigger, .notificationRead, .notificationSend,
        .botManage, .flowRead, .flowWrite, .flowPublish, .flowTrigger, .knowledgeRead,
        .knowledgeWrite, .analysisRun, .analysisApply, .aiUse, .dashboardRead, .reportRead,
    ]

    /// What the built-in Manager holds.
    package static let ofManager: Set<Permission> = [
        .workspaceRead, .memberRead, .roleRead, .teamRead, .teamManage, .channelRead,
        .contactRead, .contactWrite, .contactImport, .contactExport, .groupRead, .groupWrite,
        .conversationRead, .conversationReadAll, .conversationReply, .conversationControl,
        .conversationAssign, .conversationManage, .mediaRead, .mediaWrite, .cannedRead,
        .cannedManage, .templateRead, .templateWrite, .broadcastTypeManage, .broadcastRead,
        .broadcastWrite, .broadcastSend, .campaignRead, .campaignWrite, .campaignTrigger,
        .notificationRead, .notificationSend, .flowRead, .flowTrigger, .knowledgeRead, .aiUse,
        .dashboardRead, .reportRead,
    ]

    /// What the built-in User holds.
    package static let ofUser: Set<Permission> = [
        .workspaceRead, .memberRead, .teamRead, .channelRead, .contactRead, .contactWrite,
        .groupRead, .conversationRead, .conversationReply, .conversationControl, .mediaRead,
        .mediaWrite, .cannedRead, .templateRead, .aiUse, .dashboardRead,
    ]
}
