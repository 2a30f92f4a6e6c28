import Values

/// Finds the route of a request by walking its path once.
package struct Router: Sendable {
    /// What became of a look-up.
    package enum Outcome: Sendable {
        /// Index into the routes the router was made of, and the ids in the path, in order.
        case found(Int, ids: [ID])
        /// No such path, or an id in it that is none (OV-22).
        case notFound
        /// Known path, wrong method (OV-77); the value for `Allow`.
        case methodNotAllowed(allow: String)
    }

    private struct Node: Sendable {
        var literals: [(segment: [UInt8], node: Int)] = []
        var parameter: Int?
        var routes: [Method: Int] = [:]
    }

    private var nodes = [Node()]

    /// - Precondition: No two routes share method and path; paths begin with a slash.
    package init(_ routes: [RouteDescription]) {
        for (index, route) in routes.enumerated() { add(route, index) }
    }

    private mutating func add(_ route: RouteDescription, _ index: Int) {
        var place = 0
        for segment in route.path.utf8.split(separator: UInt8(ascii: "/")) {
            if segment.first == UInt8(ascii: "{") {
                if nodes[place].parameter == nil {
                    nodes.append(Node())
                    nodes[place].parameter = nodes.count - 1
                }
                place = nodes[place].parameter ?? 0
            } else if let known = nodes[place].literals.first(where: {
                $0.segment.elementsEqual(segment)
            }) {
                place = known.node
            } else {
                nodes.append(Node())
                nodes[place].literals.append((Array(segment), nodes.count - 1))
                place = nodes.count - 1
            }
        }
        precondition(
            nodes[place].routes.updateValue(index, forKey: route.method) == nil,
            "two routes for \(route.method.rawValue) \(route.path)")
    }

    package func route(_ head: RequestHead) -> Outcome {
        head.bytes.withUnsafeBytes { bytes in
            walk(UnsafeRawBufferPointer(rebasing: bytes[head.path]), head.method)
        }
    }

    private func walk(_ path: UnsafeRawBufferPointer, _ method: Method) -> Outcome {
        guard path.first == UInt8(ascii: "/") else { return .notFound }
        var ids: [ID] = []
        var place = 0
        var start = 1
        while start <= path.count {
            var end = start
            while end < path.count, path[end] != UInt8(ascii: "/") { end += 1 }
            let segment = UnsafeRawBufferPointer(rebasing: path[start..<end])
            if let next = nodes[place].literals.first(where: { matches($0.segment, segment) }) {
                place = next.node
            } else if let parameter = nodes[place].parameter, let id = ID(utf8: segment) {
                ids.append(id)
                place = parameter
            } else {
                return .notFound
            }
            start = end + 1
        }
        let routes = nodes[place].routes
        if routes.isEmpty { return .notFound }
        if let index = routes[method] { return .found(index, ids: ids) }
        if method == .head, let index = routes[.get] { return .found(index, ids: ids) }
        return .methodNotAllowed(allow: Self.allow(Set(routes.keys)))
    }

    private func matches(_ literal: [UInt8], _ segment: UnsafeRawBufferPointer) -> Bool {
        literal.count == segment.count && literal.elementsEqual(segment)
    }

    /// The methods in their usual order, with what the server itself adds.
    private static func allow(_ methods: Set<Method>) -> String {
        var all = methods.union([.options])
        if methods.contains(.get) { all.insert(.head) }
        return Method.allCases.filter(all.contains).map(\.rawValue).joined(separator: ", ")
    }
}
