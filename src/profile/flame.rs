//! Where the boxes of a flame graph lie: only those at least a pixel wide, so that drawing costs what is on the screen.

use std::ops::Range;

use super::tree::{NodeId, Tree};

/// One box, in pixels from the left edge and rows from the zoomed node, which is row 0 and fills the width.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rect {
    /// What it stands for.
    pub node: NodeId,
    /// Row below the zoomed node.
    pub depth: u32,
    /// Left edge.
    pub x0: f32,
    /// Right edge.
    pub x1: f32,
}

/// A view of a tree: one node fills a width.
#[derive(Clone, Copy, Debug)]
pub struct Flame<'a> {
    tree: &'a Tree,
    root: NodeId,
    width: f64,
    /// Pixels of one unit of value.
    scale: f64,
}

/// Boxes narrower than this many pixels are left out.
const NARROWEST: f64 = 1.0;

impl<'a> Flame<'a> {
    /// The view in which `root` (zoom) is `width` pixels wide.
    pub fn new(tree: &'a Tree, root: NodeId, width: f32) -> Self {
        let (total, width) = (tree.total(root).unsigned_abs(), f64::from(width));
        let scale = if total == 0 { 0.0 } else { width / total as f64 };
        Self { tree, root, width, scale }
    }

    /// The boxes of the rows in `depths`, row by row from left to right within each branch. The work is bounded by what is a
    /// pixel wide from row 0 down to the last of `depths`.
    pub fn rects(&self, depths: Range<u32>) -> Vec<Rect> {
        let (mut rects, mut open) = (Vec::new(), vec![(self.root, 0_u32, 0.0, self.width)]);
        while let Some((node, depth, x0, x1)) = open.pop() {
            if depth >= depths.end || x1 - x0 < NARROWEST {
                continue;
            }
            if depth >= depths.start {
                rects.push(Rect { node, depth, x0: x0 as f32, x1: x1 as f32 });
            }
            let first = open.len();
            open.extend(self.row(node, x0, x1).map(|(child, x0, x1)| (child, depth + 1, x0, x1)));
            // The leftmost is taken first.
            if let Some(children) = open.get_mut(first..) {
                children.reverse();
            }
        }
        rects
    }

    /// What lies at pixel `x` in row `depth`; `None` beside all boxes and where they are too narrow to be drawn.
    pub fn hit(&self, x: f32, depth: u32) -> Option<NodeId> {
        let x = f64::from(x);
        let (mut node, mut x0, mut x1) = (self.root, 0.0, self.width);
        if !(x0..x1).contains(&x) || x1 < NARROWEST {
            return None;
        }
        for _ in 0..depth {
            (node, x0, x1) = self.row(node, x0, x1).find(|&(_, x0, x1)| (x0..x1).contains(&x))?;
        }
        Some(node)
    }

    /// Rows that have a box to be drawn, row 0 included.
    pub fn visible_depth(&self) -> u32 {
        self.rects(0..u32::MAX).iter().map(|rect| rect.depth + 1).max().unwrap_or(0)
    }

    /// The children of a node that are wide enough, with their edges. They are sorted, so the first narrow one ends the row.
    fn row(&self, node: NodeId, x0: f64, x1: f64) -> impl Iterator<Item = (NodeId, f64, f64)> + '_ {
        let mut left = x0;
        self.tree.children(node).map_while(move |child| {
            let right = left + self.tree.total(child).unsigned_abs() as f64 * self.scale;
            let found = (child, left, right.min(x1));
            left = right;
            (found.2 - found.1 >= NARROWEST).then_some(found)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::groups::{Grouping, Groups};
    use super::super::read::testing::folded;
    use super::*;
    use crate::jobs::Cancel;

    fn tree(text: &str) -> Tree {
        let profile = folded(text);
        Tree::new(&profile, &Groups::new(&profile, Grouping::Name), 0, &Cancel::new()).expect("not cancelled")
    }

    fn edges(rects: &[Rect]) -> Vec<(u32, u32, f32, f32)> {
        rects.iter().map(|rect| (rect.node.0, rect.depth, rect.x0, rect.x1)).collect()
    }

    #[test]
    fn boxes_are_as_wide_as_their_share_and_narrow_ones_are_left_out() {
        // Nodes: 1 a (90), 2 a;b (60), 3 a;c (30), 4 d (9), 5 e (1).
        let tree = tree("a;b 60\na;c 30\nd 9\ne 1\n");
        let flame = Flame::new(&tree, NodeId::ROOT, 50.0);
        let all = [(0, 0, 0.0, 50.0), (1, 1, 0.0, 45.0), (2, 2, 0.0, 30.0), (3, 2, 30.0, 45.0), (4, 1, 45.0, 49.5)];
        assert_eq!(edges(&flame.rects(0..9)), all);
        assert_eq!(edges(&flame.rects(2..3)), all[2..4]);
        assert_eq!(flame.visible_depth(), 3);
        let zoomed = Flame::new(&tree, NodeId(1), 90.0);
        assert_eq!(edges(&zoomed.rects(0..9)), [(1, 0, 0.0, 90.0), (2, 1, 0.0, 60.0), (3, 1, 60.0, 90.0)]);
    }

    #[test]
    fn a_hit_is_the_box_that_is_drawn_there() {
        let tree = tree("a;b 60\na;c 30\nd 9\ne 1\n");
        let flame = Flame::new(&tree, NodeId::ROOT, 50.0);
        for rect in flame.rects(0..9) {
            assert_eq!(flame.hit(rect.x0, rect.depth), Some(rect.node));
            assert_eq!(flame.hit((rect.x0 + rect.x1) / 2.0, rect.depth), Some(rect.node));
        }
        for (x, depth) in [(49.75, 1), (46.0, 2), (50.0, 0), (-1.0, 0), (3.0, 3), (f32::NAN, 0)] {
            assert_eq!(flame.hit(x, depth), None, "{x} {depth}");
        }
    }

    #[test]
    fn nothing_measured_draws_the_root_alone() {
        let tree = tree("a 0\n");
        assert_eq!(edges(&Flame::new(&tree, NodeId::ROOT, 8.0).rects(0..3)), [(0, 0, 0.0, 8.0)]);
        assert_eq!(Flame::new(&tree, NodeId::ROOT, 0.0).rects(0..3), []);
    }
}
