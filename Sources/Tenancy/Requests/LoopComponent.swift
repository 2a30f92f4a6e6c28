/// What a feature keeps on one loop: connections to other servers, and what it remembers of them.
package protocol LoopComponent: AnyObject {
    init(_ services: LoopServices)
    /// Called on the loop before it ends.
    func close()
}

/// The components of one loop, each made when it is first asked for.
struct LoopComponents {
    private var made: [ObjectIdentifier: any LoopComponent] = [:]

    mutating func component<Component: LoopComponent>(
        _ make: () -> Component
    ) -> Component {
        if let known = made[ObjectIdentifier(Component.self)] as? Component { return known }
        let component = make()
        made[ObjectIdentifier(Component.self)] = component
        return component
    }

    mutating func replace<Component: LoopComponent>(_ component: Component) {
        made.updateValue(component, forKey: ObjectIdentifier(Component.self))?.close()
    }

    mutating func close() {
        for component in made.values { component.close() }
        made = [:]
    }
}
