//! Where published vectors lie: the folder that `TEST_VECTORS` names, `../shared/vectors` otherwise.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::path::PathBuf;

use serde_json::Value;

/// The folder; without it a test says so and passes.
pub fn folder() -> Option<PathBuf> {
    let place = std::env::var_os("TEST_VECTORS").unwrap_or_else(|| "../shared/vectors".into());
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(place);
    if !folder.is_dir() {
        println!("ignored: the published test vectors are not here; TEST_VECTORS names their folder");
        return None;
    }
    Some(folder)
}

/// The JSON file at `path` below the folder.
pub fn read(folder: &Path, path: &str) -> Value {
    let path = folder.join(path);
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// What became of each case, so that none disappears unseen.
#[derive(Default)]
pub struct Tally {
    /// Cases whose verdict is the published one.
    pub ran: usize,
    /// Cases that do not apply, by reason.
    pub apart: BTreeMap<&'static str, usize>,
}

impl Tally {
    /// Counts a case that does not apply.
    pub fn set_apart(&mut self, reason: &'static str) {
        *self.apart.entry(reason).or_default() += 1;
    }

    /// Asserts the number of cases that ran and that did not.
    pub fn assert(self, ran: usize, apart: &[(&'static str, usize)]) {
        assert_eq!(self.apart, apart.iter().copied().collect::<BTreeMap<_, _>>());
        assert_eq!(self.ran, ran);
    }
}
