import HTTP
import Tenancy

/// Contacts: MS-01…MS-10, MS-28, MS-240.
package enum ContactRoutes {
    package static let all: [Route] = reading + changing

    private static let reading: [Route] = [
        .read(
            "/v1/contacts", id: "contactList", "List contacts", access: .holding(.contactRead),
            parameters: Contact.listing.parameters, returns: Contact.listing.answer,
            handler: Contact.list),
        .read(
            "/v1/contacts/export.csv", id: "contactExport", "Export contacts as CSV",
            access: .holding(.contactExport).steppedUp,
            parameters: ContactExport.contacts.parameters,
            returns: ContactExport.answer, fails: [.tooManyColumns], audit: "contact.export",
            handler: ContactExport.perform),
        .read(
            "/v1/contacts/{id}", of: Contact.subject, id: "contactRead", "Show a contact",
            access: .holding(.contactRead), returns: .json(.ok, Contact.resource.schema),
            handler: Contact.read),
    ]

    private static let changing: [Route] = [
        .change(
            .post, "/v1/contacts", id: "contactCreate", "Create a contact",
            access: .holding(.contactWrite), audit: "contact.create",
            accepts: .json(FieldReader.describe(ContactCreation.self)),
            returns: .json(.created, Contact.resource.schema),
            fails: [.phoneTaken, .identityTaken], handler: ContactCreation.perform),
        .change(
            .patch, "/v1/contacts/{id}", of: Contact.subject, id: "contactUpdate",
            "Change a contact",
            access: .holding(.contactWrite), audit: "contact.update",
            accepts: .json(FieldReader.describe(ContactChange.self)),
            returns: .json(.ok, Contact.resource.schema), fails: [.phoneTaken, .identityTaken],
            handler: ContactChange.perform),
        .change(
            .delete, "/v1/contacts/{id}", of: Contact.subject, id: "contactDelete",
            "Erase a contact",
            access: .holding(.contactDelete), audit: "contact.delete", returns: .empty(.noContent),
            handler: Contact.delete),
        .change(
            .post, "/v1/contacts/{id}/merge", of: Contact.subject, id: "contactMerge",
            "Give all of a contact to another and remove it", access: .holding(.contactWrite),
            audit: "contact.merge", accepts: .json(FieldReader.describe(ContactMerge.self)),
            returns: .json(.ok, Contact.resource.schema), fails: [.mergeTooLarge],
            handler: ContactMerge.perform),
        .change(
            .post, "/v1/contacts/bulk", id: "contactBulk",
            "Delete, tag or group up to 500 contacts", access: .holding(.contactWrite),
            audit: "contact.bulk", accepts: .json(FieldReader.describe(ContactBulk.self)),
            returns: .json(.ok, BulkOutcome.schema), handler: ContactBulk.perform),
    ]
}
