import HTTP
import Persistence
import Tenancy

enum MemberRoutes {
    private static let answer = AnswerShape.json(.ok, Member.resource.schema)

    static let all: [Route] = reading + changing + seats

    private static let reading: [Route] = [
        .read(
            "/v1/members", id: "memberList", "List the members of the workspace",
            access: .holding(.memberRead), parameters: Member.listing.parameters,
            returns: Member.listing.answer
        ) { context in
            try await Member.listing.page(context, where: Member.conditions(context.call.query))
        },
        .read(
            "/v1/members/{id}", of: Member.subject, id: "memberRead", "Read one member",
            access: .holding(.memberRead),
            returns: answer
        ) { context in
            guard let row = try await context.read(Member.select(context.call.id)).first else {
                throw Problem.notFound
            }
            return Member.resource.response(row)
        },
    ]

    private static let changing: [Route] = [
        .change(
            .post, "/v1/members", id: "memberInvite", "Invite somebody into the workspace",
            access: .holding(.memberManage).steppedUp, limit: .seats, audit: "member.invite",
            accepts: .json(FieldReader.describe(MemberInvitation.self)),
            returns: .json(.created, Member.resource.schema),
            fails: [
                .privilegeEscalation, .alreadyMember, .invalidState, .idempotencyConflict,
                .idempotencyInProgress,
            ],
            isIdempotent: true, handler: MemberInvitation.send),
        .change(
            .patch, "/v1/members/{id}", of: Member.subject, id: "memberUpdate",
            "Change a member's role or teams",
            access: .holding(.memberManage).steppedUp, audit: "member.update",
            accepts: .json(FieldReader.describe(MemberChange.self)), returns: answer,
            fails: [.privilegeEscalation, .lastOwner, .selfChange, .invalidState],
            handler: MemberChange.apply),
    ]

    private static let seats: [Route] = [
        .change(
            .post, "/v1/members/{id}/deactivate", of: Member.subject, id: "memberDeactivate",
            "Stop a member's access at once", access: .holding(.memberManage),
            audit: "member.deactivate", returns: answer,
            fails: [.lastOwner, .selfChange, .invalidState], handler: MemberDeparture.deactivate),
        .change(
            .post, "/v1/members/{id}/reactivate", of: Member.subject, id: "memberReactivate",
            "Give a deactivated member a seat again", access: .holding(.memberManage),
            limit: .seats, audit: "member.reactivate", returns: answer, fails: [.invalidState],
            handler: MemberDeparture.reactivate),
        .change(
            .post, "/v1/members/{id}/resend-invitation", of: Member.subject,
            id: "memberInvitationResend",
            "Mail an invitation again", access: .holding(.memberManage),
            audit: "member.resend_invitation", returns: .empty(.noContent), fails: [.invalidState],
            handler: MemberInvitation.resend),
        .change(
            .delete, "/v1/members/{id}", of: Member.subject, id: "memberDelete",
            "Remove a member for good",
            access: .holding(.memberManage), audit: "member.remove", returns: .empty(.noContent),
            fails: [.lastOwner, .selfChange], handler: MemberDeparture.remove),
        .change(
            .post, "/v1/me/leave", id: "meLeave", "End one's own membership", access: .member,
            audit: "member.leave", returns: .empty(.noContent), fails: [.lastOwner]
        ) { context in try await MemberDeparture.leave(context) },
    ]
}
