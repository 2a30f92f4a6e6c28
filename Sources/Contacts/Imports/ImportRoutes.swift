import HTTP
import Tenancy

/// Imports of contacts: MS-20…MS-27, MS-29, MS-242.
package enum ContactImportRoutes {
    private static let access = TenantAccess.holding(.contactImport)

    package static let all: [Route] = [
        .change(
            .post, "/v1/contacts/imports", id: "contactImportCreate",
            "Import contacts from a CSV or Excel file", access: access,
            audit: "contact_import.create",
            accepts: .multipart(ImportOptions.formSchema, limit: ImportUpload.bodyLimit),
            returns: .json(.accepted, ContactImport.resource.schema),
            fails: [.missingColumns, .tooManyRows, .unreadableFile, .storageFull],
            handler: ImportUpload.perform),
        .read(
            "/v1/contacts/imports", id: "contactImportList", "List imports", access: access,
            parameters: ContactImport.listing.parameters, returns: ContactImport.listing.answer,
            handler: ContactImport.list),
        .read(
            "/v1/contacts/imports/sample.csv", id: "contactImportSampleCSV",
            "An example of a CSV file", access: access, returns: .media(.ok, "text/csv"),
            handler: ImportFiles.sampleCSV),
        .read(
            "/v1/contacts/imports/sample.xlsx", id: "contactImportSampleXLSX",
            "An example of an Excel file", access: access,
            returns: .media(.ok, ImportFiles.workbookType.description),
            handler: ImportFiles.sampleXLSX),
        .read(
            "/v1/contacts/imports/{id}", of: ContactImport.subject, id: "contactImportRead",
            "Show an import",
            access: access, returns: .json(.ok, ContactImport.resource.schema),
            handler: ContactImport.read),
        .change(
            .post, "/v1/contacts/imports/{id}/cancel", of: ContactImport.subject,
            id: "contactImportCancel",
            "Stop an import", access: access, audit: "contact_import.cancel",
            returns: .json(.ok, ContactImport.resource.schema), fails: [.invalidState],
            handler: ContactImport.cancel),
        .read(
            "/v1/contacts/imports/{id}/errors.csv", of: ContactImport.subject,
            id: "contactImportErrors",
            "The rows of an import that failed, as CSV", access: access,
            returns: .media(.ok, "text/csv"), audit: "contact_import.errors_export",
            handler: ImportFiles.errors),
    ]
}
