import Jobs
import Persistence
import Tenancy
import Values

extension ImportJob {
    /// Writes one batch, its counts and its failures in one transaction.
    ///
    /// That takes three round trips when it names groups and two when not.
    func write(_ batch: ImportBatch, after processed: Int) async throws {
        try await context.transaction { transaction in
            let groups = try await resolveGroups(batch.groupNames, transaction)
            let (kept, failures) = batch.separated(
                unless: { groups[$0] != nil },
                code: options.createsGroups ? "too_many_groups" : "unknown_group")
            let updates = options.onDuplicate == .update
            let rows = ImportBatch.merged(kept, updates: updates)
            let ids = rows.map { _ in context.newID() }
            let results = try await transaction.run([
                "SELECT state, processed FROM tenant.contact_imports WHERE id = \(id) FOR UPDATE",
                run.claim,
                updates ? upsert(rows, ids) : insertion(rows, ids),
            ])
            try check(results[0], results[1], after: processed)
            let created = Set(results[2].map { $0.id(0) }).intersection(ids)
            let known = kept.count - created.count
            if !groups.isEmpty {
                let joining = zip(rows, ids).filter { updates || created.contains($1) }
                transaction.atCommit(memberships(joining.map(\.0), groups))
            }
            if !failures.isEmpty { transaction.atCommit(insertFailures(failures)) }
            transaction.atCommit(
                """
                UPDATE tenant.contact_imports
                SET processed = processed + \(batch.rowCount), created = created + \(created.count),
                    updated = updated + \(updates ? known : 0),
                    skipped = skipped + \(updates ? 0 : known),
                    failed = failed + \(failures.count)
                WHERE id = \(id)
                """)
        }
    }

    /// Lets a batch be written only by the run whose claim is good, where the run before it ended.
    ///
    /// A run takes up its work behind the same lock, after it was claimed. So one that was taken
    /// over finds its claim gone as soon as the next has begun, and cannot write between its rows.
    private func check(_ imports: Rows, _ claim: Rows, after processed: Int) throws {
        guard let row = imports.first, row.text(0) == "running" else { throw ImportEnded() }
        guard claim.count == 1 else { throw JobInterruption.leaseLost }
        guard row.integer(1) == Int64(processed) else {
            throw JobFailure.temporary("rows were imported by another run")
        }
    }

    // MARK: Contacts

    private func insertion(_ rows: [ImportBatch.Row], _ ids: [ID]) -> SQL {
        """
        \(insertInto(rows, ids))
        ON CONFLICT (phone) DO NOTHING
        RETURNING id
        """
    }

    /// Adds or updates; a row that says nothing new leaves the contact as it is.
    ///
    /// That includes `updated_at`. An attribute that reads the same keeps its type: a file has
    /// texts only (MS-28).
    private func upsert(_ rows: [ImportBatch.Row], _ ids: [ID]) -> SQL {
        """
        \(insertInto(rows, ids))
        ON CONFLICT (phone) DO UPDATE SET
            name = excluded.name,
            email = coalesce(excluded.email, c.email),
            country_code = coalesce(excluded.country_code, c.country_code),
            iso_code = coalesce(excluded.iso_code, c.iso_code),
            language = coalesce(excluded.language, c.language),
            tags = CASE WHEN cardinality(excluded.tags) > 0 THEN excluded.tags ELSE c.tags END,
            attributes = c.attributes || coalesce((
                SELECT jsonb_object_agg(e.key, e.value)
                FROM jsonb_each_text(excluded.attributes) e
                WHERE c.attributes ->> e.key IS DISTINCT FROM e.value), '{}'),
            updated_at = excluded.updated_at
        WHERE excluded.name <> c.name
            OR coalesce(excluded.email <> c.email, excluded.email IS NOT NULL)
            OR coalesce(excluded.country_code <> c.country_code, excluded.country_code IS NOT NULL)
            OR coalesce(excluded.iso_code <> c.iso_code, excluded.iso_code IS NOT NULL)
            OR coalesce(excluded.language <> c.language, excluded.language IS NOT NULL)
            OR (cardinality(excluded.tags) > 0 AND excluded.tags <> c.tags)
            OR EXISTS (
                SELECT FROM jsonb_each_text(excluded.attributes) e
                WHERE c.attributes ->> e.key IS DISTINCT FROM e.value)
        RETURNING id
        """
    }

    /// In the order of phones, so that two imports cannot wait for each other.
    private func insertInto(_ rows: [ImportBatch.Row], _ ids: [ID]) -> SQL {
        let drafts = rows.map(\.draft)
        let now = context.now
        return """
            INSERT INTO tenant.contacts AS c (id, name, phone, email, country_code, iso_code,
                language, tags, attributes, created_at, updated_at)
            SELECT r.id, r.name, r.phone, r.email, r.country_code, r.iso_code, r.language,
                coalesce(string_to_array(r.tags, '|'), '{}'), r.attributes, \(now), \(now)
            FROM unnest(\(ids), \(drafts.map(\.name)), \(drafts.map(\.phone)),
                \(nullable: drafts.map(\.email)), \(nullable: drafts.map(\.countryCode)),
                \(nullable: drafts.map(\.isoCode)), \(nullable: drafts.map(\.language)),
                \(nullable: drafts.map { $0.tags.isEmpty ? nil : $0.tags.joined(separator: "|") }),
                \(drafts.map { JSONBytes(JSON.object($0.attributes).serialized) }))
                AS r (id, name, phone, email, country_code, iso_code, language, tags, attributes)
            ORDER BY r.phone
            """
    }

    // MARK: Groups

    /// The ids of groups by name; groups that are missing and may not be made are missing here too.
    private func resolveGroups(
        _ names: [String], _ transaction: TenantTransaction
    ) async throws -> [String: ID] {
        guard !names.isEmpty else { return [:] }
        var statements: [SQL] = []
        if options.createsGroups {
            let ids = names.map { _ in context.newID() }
            statements.append(
                """
                INSERT INTO tenant.groups (id, name, created_at)
                SELECT n.id, n.name, \(context.now)
                FROM (
                    SELECT DISTINCT ON (cell.fold(name)) id, name
                    FROM unnest(\(ids), \(names)) AS r (id, name)
                    WHERE NOT EXISTS (
                        SELECT FROM tenant.groups g WHERE g.name_key = cell.fold(r.name))
                    ORDER BY cell.fold(name), name
                ) n
                ORDER BY cell.fold(n.name)
                LIMIT greatest(0, \(GroupRules.limit) - (SELECT count(*) FROM tenant.groups))
                ON CONFLICT (name_key) DO NOTHING
                """)
        }
        // The lock keeps a group from being deleted before its members are written.
        statements.append(
            """
            SELECT r.name, g.id
            FROM unnest(\(names)) AS r (name)
            JOIN tenant.groups g ON g.name_key = cell.fold(r.name)
            FOR KEY SHARE OF g
            """)
        let results = try await transaction.run(statements)
        var groups: [String: ID] = [:]
        if let found = results.last {
            for index in 0..<found.count { groups[found[index].text(0)] = found[index].id(1) }
        }
        return groups
    }

    private func memberships(_ rows: [ImportBatch.Row], _ groups: [String: ID]) -> SQL {
        var phones: [String] = []
        var ids: [ID] = []
        for row in rows {
            for group in row.draft.groups.compactMap({ groups[$0] }) {
                phones.append(row.draft.phone)
                ids.append(group)
            }
        }
        return """
            INSERT INTO tenant.group_members (group_id, contact_id)
            SELECT r.group_id, c.id
            FROM unnest(\(phones), \(ids)) AS r (phone, group_id)
            JOIN tenant.contacts c ON c.phone = r.phone
            ORDER BY c.id, r.group_id
            ON CONFLICT DO NOTHING
            """
    }

    // MARK: Failures

    private func insertFailures(_ failures: [ImportBatch.Failure]) -> SQL {
        let cells = failures.map { failure in
            JSONBytes(JSON.array(failure.cells.map { .string($0) }).serialized)
        }
        return """
            INSERT INTO tenant.contact_import_errors
                (import_id, row_number, column_name, code, cells)
            SELECT \(id), r.row_number, r.column_name, r.code,
                ARRAY(SELECT jsonb_array_elements_text(r.cells))
            FROM unnest(\(failures.map { Int64($0.number) }), \(failures.map(\.column)),
                \(failures.map(\.code)), \(cells)) AS r (row_number, column_name, code, cells)
            """
    }
}
