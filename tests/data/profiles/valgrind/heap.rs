// What the crate dhat looks at: growth, leaks, temporary memory, recursion.
#[global_allocator]
static ALLOC: dhat::Alloc = dhat::Alloc;

#[inline(never)]
fn grow() -> Vec<u64> {
    let mut list = Vec::new();
    (0..1000).for_each(|n| list.push(n));
    list
}

#[inline(never)]
fn deep(depth: u32) -> Box<[u8; 300]> {
    if depth == 0 {
        return Box::new([1; 300]);
    }
    let mut found = deep(depth - 1);
    found[depth as usize] = 2;
    found
}

#[inline(never)]
fn words() -> String {
    (0..40).map(|n| format!("{n} words, ")).collect()
}

fn main() {
    let _profiler = dhat::Profiler::new_heap();
    let list = grow();
    let boxed = deep(12);
    std::mem::forget(words());
    println!("{} {}", list.len(), boxed[3]);
}
