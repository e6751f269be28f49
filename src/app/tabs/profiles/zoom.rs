//! What part of the graph is shown, and how the selection moves in it.

use crate::profile::{GroupId, NodeId, Tree};

/// The node that fills the graph.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Zoom(NodeId);

/// Where the selection can move.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// To the caller.
    Up,
    /// To the largest callee.
    Down,
    /// To the callee beside it that is larger.
    Left,
    /// To the callee beside it that is smaller.
    Right,
}

impl Zoom {
    /// This node fills the graph.
    pub fn to(node: NodeId) -> Self {
        Self(node)
    }

    /// The node that fills the graph.
    pub fn root(self) -> NodeId {
        self.0
    }

    /// Whether only a part is shown.
    pub fn is_part(self) -> bool {
        self.root() != NodeId::ROOT
    }

    /// The functions from the outermost caller to the zoomed node.
    pub fn groups(self, tree: &Tree) -> Vec<GroupId> {
        tree.path(self.root()).into_iter().skip(1).map(|node| tree.group(node)).collect()
    }

    /// The node with these functions on its path in another tree of the same profile, or as far down as there is one.
    pub fn find(tree: &Tree, groups: &[GroupId]) -> Self {
        let mut zoom = Self::default();
        for group in groups {
            match tree.children(zoom.root()).find(|child| tree.group(*child) == *group) {
                Some(child) => zoom = Self(child),
                None => break,
            }
        }
        zoom
    }
}

/// The node that the selection moves to from `node`, below `root`, among those that have at least `least` and so can be seen. Without a
/// selection it begins at `root`; from one that is out of sight it goes there.
pub fn step(tree: &Tree, root: NodeId, node: Option<NodeId>, direction: Direction, least: u64) -> Option<NodeId> {
    let node = node.unwrap_or(root);
    if !(root..tree.end(root)).contains(&node) {
        return Some(root);
    }
    let seen = |child: &NodeId| tree.total(*child).unsigned_abs() >= least.max(1);
    let beside = || tree.parent(node).filter(|_| node != root).map(|parent| tree.children(parent).take_while(seen));
    match direction {
        Direction::Up => tree.parent(node).filter(|_| node != root),
        Direction::Down => tree.children(node).take_while(seen).next(),
        Direction::Left => beside()?.take_while(|child| *child < node).last(),
        Direction::Right => beside()?.find(|child| *child > node),
    }
}

#[cfg(test)]
mod tests {
    use super::super::arrange::tests::view;
    use super::*;

    #[test]
    fn a_path_is_found_again_in_another_tree() {
        // Nodes: 1 main, 2 b, 3 x, 4 a.
        let one = view("main;b;x 3\nmain;a 1\n");
        let tree = one.tree.as_ref().expect("tree");
        let path = Zoom::to(NodeId(3)).groups(tree);
        assert_eq!(Zoom::find(tree, &path).root(), NodeId(3));
        assert_eq!(Zoom::find(tree, &[path[0], GroupId(77)]).root(), NodeId(1), "as far as it goes");
    }

    #[test]
    fn the_selection_moves_among_what_can_be_seen() {
        // Nodes: 1 main, 2 b, 3 x, 4 a, 5 c.
        let view = view("main;b;x 60\nmain;a 30\nmain;c 1\n");
        let tree = view.tree.as_ref().expect("tree");
        let go = |node: u32, direction| step(tree, NodeId::ROOT, Some(NodeId(node)), direction, 10).map(|node| node.0);
        assert_eq!([go(0, Direction::Down), go(1, Direction::Down), go(2, Direction::Right)], [Some(1), Some(2), Some(4)]);
        assert_eq!(go(4, Direction::Right), None, "c is too narrow to be seen");
        assert_eq!([go(4, Direction::Left), go(2, Direction::Left), go(2, Direction::Up)], [Some(2), None, Some(1)]);
        assert_eq!(go(0, Direction::Up), None);
        assert_eq!(step(tree, NodeId::ROOT, None, Direction::Down, 10), Some(NodeId(1)));
        assert_eq!(
            step(tree, NodeId(2), Some(NodeId(4)), Direction::Down, 1),
            Some(NodeId(2)),
            "what is not in sight begins at the top"
        );
        assert_eq!(step(tree, NodeId(2), Some(NodeId(2)), Direction::Right, 1), None);
    }
}
