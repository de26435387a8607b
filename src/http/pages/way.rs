//! Pages about credentials, on the way of a sign-in.

/// Where a page about credentials stands on the way of a sign-in.
#[derive(Clone, Copy, Debug)]
pub struct Way<'a> {
    /// Where its form is sent.
    pub action: &'a str,
    /// The hidden field that says where the sign-in goes on.
    pub name: &'a str,
    /// Its value.
    pub value: &'a str,
}

impl Way<'_> {
    /// The address of the page to choose from.
    pub fn here(&self) -> String {
        format!("{}?{}={}", self.action, self.name, self.value)
    }

    /// The address of what was chosen.
    pub fn to(&self, choice: &str) -> String {
        format!("{}&choice={choice}", self.here())
    }
}
