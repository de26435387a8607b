//! The demonstration, as a person meets it: the real program, and a real browser.

mod account_page;
pub mod chrome;
mod command;
mod five_portals;
mod people;
mod process;
mod reorganize;
mod sign_in_page;
pub mod tab;

pub use chrome::Chrome;
use process::Demo;
pub use tab::Scheme;
pub use tab::Tab;

/// A language of the pages, by its tag.
pub type Lang = &'static str;

pub const BOTH: [Lang; 2] = ["vi", "en"];
/// A small phone and a desk.
pub const WIDTHS: [u32; 2] = [360, 1280];
const PORTALS: [&str; 5] = ["national", "ministry", "province", "commune", "hospital"];
