//! What a handler is: its signature and a call.

use super::Findings;
use super::assert_found;
use super::check;
use super::source::Source;
use super::text::end_of_item;
use super::text::words;

/// Where every public `async fn` is a handler.
const HANDLERS: [&str; 3] = ["http/oauth/", "http/oidc/", "http/interaction/"];
/// style.md, rule 17: "under twenty lines".
const HANDLER_LINES: usize = 20;

impl Source<'_> {
    pub fn handlers(&self, findings: &mut Findings) {
        if !HANDLERS.iter().any(|place| self.path.starts_with(place)) {
            return;
        }
        for (n, _) in self.lines.iter().enumerate().filter(|(_, line)| line.starts_with("pub async fn ")) {
            let item = &self.lines[n..=end_of_item(&self.lines, n)];
            let signature = item.iter().take(item.iter().take_while(|line| !line.ends_with('{')).count() + 1);
            if signature.flat_map(|line| words(line)).any(|word| word == "Request") {
                findings.push((n + 1, "a handler takes a request by extractors".into()));
            }
            if item.len() >= HANDLER_LINES {
                findings.push((n + 1, format!("a handler has {} lines; it stays below {HANDLER_LINES}", item.len())));
            }
        }
    }
}

/// house.md: "a handler is its signature and a call".
#[test]
fn the_check_finds_handlers_that_take_a_request_apart_or_own_a_rule() {
    let raw = "pub async fn get(\n    request: Request,\n) -> Response {\n    answer(request)\n}\n";
    assert_found("http/oidc/a.rs", raw, 1, "by extractors");
    let long = format!("pub async fn get() -> Response {{\n{}}}\n", "    a;\n".repeat(18));
    assert_found("http/interaction/a.rs", &long, 1, "a handler has 20 lines");
    assert!(check("http/oauth/a.rs", "pub async fn post(request: ClientRequest) -> Response {\n    a\n}\n").is_empty());
    assert!(check("http/extract/a.rs", "pub async fn body(request: Request) -> Parameters {\n    a\n}\n").is_empty());
}
