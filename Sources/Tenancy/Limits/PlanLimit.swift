/// What a plan limits, by the name in catalogue, problems and usage (BL-02).
package enum PlanLimit: String, Sendable, CaseIterable {
    case whatsappLines = "whatsapp_lines"
    case otherChannels = "other_channels"
    case monthlyActiveContacts = "monthly_active_contacts"
    case seats
    case activeFlows = "active_flows"
    case knowledgeDocuments = "knowledge_documents"
    case serviceAccounts = "service_accounts"
    /// Counted in bytes; the catalogue gives it in GiB.
    case mediaStorage = "media_storage"
}
