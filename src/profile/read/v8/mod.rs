//! What V8 (Node, Chrome and others) writes: CPU profiles, sampled heaps, processed logs. Their shape is described by the protocol of the
//! developer tools (<https://chromedevtools.github.io/devtools-protocol/v8/Profiler/>, `HeapProfiler/` likewise).

pub(super) mod cpuprofile;
pub(super) mod heapprofile;
pub(super) mod log;
mod node;
mod nodes;
mod timeline;

pub(super) use node::read_nodes;
pub(super) use nodes::{Nodes, unnamed};
pub(super) use timeline::{Kinds, Timeline};
