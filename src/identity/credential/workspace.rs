//! Working memory of argon2, kept between hashes: the allocator would ask the system for pages each time.

use argon2::Block;
use argon2::Params;

/// No hash may ask for more memory than the configuration can, in KiB.
pub(super) const MAX_MEMORY_KIB: u32 = 1024 * 1024;

/// The memory of one thread.
#[derive(Default)]
pub struct Workspace(Vec<Block>);

impl Workspace {
    pub(super) fn of(&mut self, params: &Params) -> &mut [Block] {
        if self.0.len() < params.block_count() {
            self.0.resize(params.block_count(), Block::new());
        }
        self.0.split_at_mut(params.block_count()).0
    }
}
