import Tenancy
import Testing

@Suite struct `Rights to billing` {
    @Test("BL-135: no role but the owner's can hold changes of billing")
    func changes() {
        #expect(Permission.reserved.contains(.billingManage))
        for permissions in [Permission.ofAdmin, Permission.ofManager, Permission.ofUser] {
            #expect(!permissions.contains(.billingManage))
        }
    }

    @Test("BL-120: administrators read what the owner changes")
    func reads() {
        #expect(Permission.ofAdmin.contains(.billingRead))
        #expect(!Permission.scopes.contains(.billingRead))
    }
}
