/// Who sells or buys, as of the day of issue.
package struct Party: Hashable, Sendable {
    package var legalName: String
    /// Street and whatever else stands above the city, in order.
    package var addressLines: [String]
    package var city: String?
    package var postcode: String?
    /// State or province.
    package var region: String?
    /// ISO 3166-1, two capital letters.
    package var country: String
    /// The number for value added tax, with its country's prefix where it has one.
    package var taxNumber: String?
    /// The number in the register of companies.
    package var registrationNumber: String?
    package var email: String?
    /// Where e-invoices are delivered.
    package var electronicAddress: ElectronicAddress?
    /// Where a seller wants to be paid.
    package var bank: BankAccount?

    package init(
        legalName: String, addressLines: [String] = [], city: String? = nil,
        postcode: String? = nil, region: String? = nil, country: String, taxNumber: String? = nil,
        registrationNumber: String? = nil, email: String? = nil,
        electronicAddress: ElectronicAddress? = nil, bank: BankAccount? = nil
    ) {
        (self.legalName, self.addressLines, self.city) = (legalName, addressLines, city)
        (self.postcode, self.region, self.country) = (postcode, region, country)
        (self.taxNumber, self.registrationNumber) = (taxNumber, registrationNumber)
        (self.email, self.electronicAddress, self.bank) = (email, electronicAddress, bank)
    }

    /// An address in a network of e-invoices, such as `9930` and `DE123456789`.
    package struct ElectronicAddress: Hashable, Sendable {
        /// A code of the Electronic Address Scheme list (EAS).
        package var scheme: String
        package var value: String

        package init(scheme: String, value: String) {
            (self.scheme, self.value) = (scheme, value)
        }
    }

    package struct BankAccount: Hashable, Sendable {
        /// Whose account it is, if not the seller's under its legal name.
        package var holder: String?
        /// IBAN, or the account number where there is none.
        package var account: String
        /// BIC, or another code of the bank.
        package var bic: String?
        package var bankName: String?

        package init(
            holder: String? = nil, account: String, bic: String? = nil, bankName: String? = nil
        ) {
            (self.holder, self.account) = (holder, account)
            (self.bic, self.bankName) = (bic, bankName)
        }
    }
}
