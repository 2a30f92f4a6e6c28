import HTTP
import Tenancy

/// Groups and their members: MS-40…MS-45, MS-243, MS-244.
///
/// A list of members shows contacts, so it asks for `contact.read`, as the list of contacts by
/// `group_id` does.
package enum GroupRoutes {
    package static let all: [Route] = groups + members

    private static let groups: [Route] = [
        .read(
            "/v1/groups", id: "groupList", "List groups", access: .holding(.groupRead),
            parameters: Group.listing.parameters, returns: Group.listing.answer,
            handler: Group.list),
        .change(
            .post, "/v1/groups", id: "groupCreate", "Create a group",
            access: .holding(.groupWrite), audit: "group.create",
            accepts: .json(FieldReader.describe(GroupCreation.self)),
            returns: .json(.created, Group.detailed.schema),
            fails: [.nameTaken, .groupLimitReached], handler: GroupCreation.perform),
        .read(
            "/v1/groups/{id}", of: Group.subject, id: "groupRead",
            "Show a group with its statistics",
            access: .holding(.groupRead), returns: .json(.ok, Group.detailed.schema),
            handler: Group.read),
        .change(
            .patch, "/v1/groups/{id}", of: Group.subject, id: "groupUpdate",
            "Rename or describe a group",
            access: .holding(.groupWrite), audit: "group.update",
            accepts: .json(FieldReader.describe(GroupChange.self)),
            returns: .json(.ok, Group.detailed.schema), fails: [.nameTaken],
            handler: GroupChange.perform),
        .change(
            .delete, "/v1/groups/{id}", of: Group.subject, id: "groupDelete",
            "Delete a group, not its contacts",
            access: .holding(.groupWrite), audit: "group.delete", returns: .empty(.noContent),
            handler: Group.delete),
    ]

    private static let members: [Route] = [
        .read(
            "/v1/groups/{id}/members", of: Group.subject, id: "groupMemberList",
            "List the contacts of a group",
            access: .holding(.contactRead), parameters: GroupMembers.listing.parameters,
            returns: GroupMembers.listing.answer, handler: GroupMembers.list),
        .read(
            "/v1/groups/{id}/members/export.csv", of: Group.subject, id: "groupMemberExport",
            "Export the contacts of a group as CSV", access: .holding(.contactExport).steppedUp,
            parameters: GroupMembers.export.parameters, returns: ContactExport.answer,
            fails: [.tooManyColumns], audit: "group_member.export",
            handler: GroupMembers.exportFile),
        .change(
            .post, "/v1/groups/{id}/members", of: Group.subject, id: "groupMemberAdd",
            "Add contacts to a group",
            access: .holding(.groupWrite), audit: "group_member.add",
            accepts: .json(FieldReader.describe(GroupMembersChange.self)),
            returns: GroupMembersChange.answer, handler: GroupMembersChange.add),
        .change(
            .delete, "/v1/groups/{id}/members", of: Group.subject, id: "groupMemberRemove",
            "Remove contacts from a group", access: .holding(.groupWrite),
            audit: "group_member.remove",
            accepts: .json(FieldReader.describe(GroupMembersChange.self)),
            returns: GroupMembersChange.answer, handler: GroupMembersChange.remove),
    ]
}
