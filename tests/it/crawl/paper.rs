//! A page read as a browser reads it, without one: its links, its form, its scripts.

use crate::town::Page;
use crate::town::attribute;

/// The tags of a page, each without its brackets.
fn tags(html: &str) -> impl Iterator<Item = &str> {
    html.split('<').skip(1).filter_map(|rest| rest.split('>').next())
}

fn is(tag: &str, name: &str) -> bool {
    tag.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\n']))
}

/// Where links and style sheets lead.
pub fn links(page: &Page) -> Vec<String> {
    tags(&page.body).filter(|tag| is(tag, "a") || is(tag, "link")).filter_map(|tag| attribute(tag, "href")).collect()
}

/// The scripts that stand in a page.
pub fn scripts(page: &Page) -> Vec<&str> {
    page.body.split("<script>").skip(1).filter_map(|rest| rest.split("</script>").next()).collect()
}

/// A button that sends a form: to another address, if it has one, and with what it says.
type Button = (Option<String>, Option<(String, String)>);

/// A form, and how it can be sent.
pub struct Form {
    pub method: String,
    pub action: String,
    /// What is sent in any case.
    pub hidden: Vec<(String, String)>,
    /// What people fill in or choose: name, kind, and what stands there.
    pub fields: Vec<(String, String, String)>,
    pub buttons: Vec<Button>,
}

/// The form of the page, if it has one.
pub fn form(page: &Page) -> Option<Form> {
    let opening = tags(&page.body).find(|tag| is(tag, "form"))?;
    let method = attribute(opening, "method").unwrap_or_else(|| "get".to_owned());
    let mut form = Form {
        method,
        action: attribute(opening, "action")?,
        hidden: Vec::new(),
        fields: Vec::new(),
        buttons: Vec::new(),
    };
    let mut select = None;
    for tag in tags(&page.body) {
        let (name, value) = (attribute(tag, "name"), attribute(tag, "value").unwrap_or_default());
        let kind = attribute(tag, "type").unwrap_or_default();
        // HTML §4.10.6: one that does not say what it does sends the form.
        if is(tag, "button") && ["", "submit"].contains(&kind.as_str()) {
            form.buttons.push((attribute(tag, "formaction"), name.map(|name| (name, value))));
        } else if is(tag, "select") {
            select = name;
        } else if is(tag, "option") && !value.is_empty() {
            form.fields.extend(select.take().map(|name| (name, "select".to_owned(), value)));
        } else if is(tag, "input") && kind == "hidden" {
            form.hidden.extend(name.map(|name| (name, value)));
        } else if is(tag, "input") && (kind != "radio" || form.fields.iter().all(|(_, kind, _)| kind != "radio")) {
            form.fields.extend(name.map(|name| (name, kind, value)));
        }
    }
    Some(form)
}

/// What is read in elements with this opening, tags left out.
pub fn read(page: &Page, opening: &str, closing: &str) -> String {
    let inner = page.body.split(opening).nth(1).and_then(|rest| rest.split(closing).next()).unwrap_or_default();
    inner.split('<').map(|part| part.split_once('>').map_or(part, |(_, text)| text)).collect()
}
