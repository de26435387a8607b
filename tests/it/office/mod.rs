//! Where officials work, in a browser.

mod deciding;
mod entering;
mod matrix;
mod people;
mod record;
mod rights;

use motcua::flows::admin::rights as giving;
use motcua::identity::assurance::Level;
use motcua::identity::audit::By;
use motcua::identity::authority::Holder;
use motcua::identity::authority::Role;
use motcua::identity::authority::Scope;
use motcua::identity::authority::Wanted;

use crate::api;
use crate::credentials::proof;
use crate::town::Browser;
use crate::town::Device;
use crate::town::PASSWORD;
use crate::town::Page;
use crate::town::Town;

/// The cookie that says in which office somebody acts.
pub const OFFICE: &str = "__Host-motcua_office";

/// An official with a passkey, and his browser.
pub struct Official {
    pub browser: Browser,
    pub device: Device,
}

/// Somebody new whom an official looked at in person, and who has these rights; a passkey lies in his device, and his browser
/// is signed in by a password alone.
pub async fn appointed(town: &Town, name: &str, rights: &[(Role, &str)]) -> Official {
    town.apply(&format!("[[people]]\nuser_name = \"{name}\"\npassword = \"{PASSWORD}\"\n")).await;
    proof(town, name, Level::Two).await;
    for (role, bounds) in rights {
        api::give(town, holder(town, name).await, *role, bounds).await;
    }
    let (mut browser, mut device) = (town.browser().speaking("en"), Device::new());
    let page = browser.open("/sign-in").await;
    browser.fill(&page, &[("username", name), ("password", PASSWORD)]).await;
    let page = browser.enrol(&mut device).await;
    assert_eq!(page.path(), "/account/security", "{}", page.body);
    Official { browser, device }
}

pub async fn holder(town: &Town, name: &str) -> Holder {
    Holder::Person(motcua::flows::admin::rights::look::person(&town.app, name).await.unwrap().unwrap())
}

impl Official {
    /// Goes to work: what stands at the desk.
    pub async fn sits_down(&mut self) -> Page {
        let page = self.browser.open("/office").await;
        if page.path() != "/sign-in/code" { page } else { self.uses_passkey(&page).await }
    }

    pub async fn uses_passkey(&mut self, page: &Page) -> Page {
        self.browser.use_passkey(page, &mut self.device).await
    }

    /// Asks for a right: what is shown of what waits.
    pub async fn asks(&mut self, whom: &str, role: &str, unit: &str) -> Page {
        let page = self.browser.open("/office/rights/give").await;
        let fields = [("person", whom), ("role", role), ("unit", unit), ("reason", "help at the desk")];
        self.browser.fill(&page, &fields).await
    }

    /// Opens what waits, and decides.
    pub async fn decides(&mut self, at: &str, decision: &str) -> Page {
        let page = self.browser.open(at).await;
        self.browser.fill(&page, &[("decision", decision), ("reason", "it is needed")]).await
    }
}

/// National operators, who are two at least.
pub async fn nationals(town: &Town, names: [&str; 2]) {
    let mut wanted = Vec::new();
    for name in names {
        let (holder, from) = (holder(town, name).await, town.app.clock.now());
        let (role, scope) = (Role::NationalOperator, Scope::default());
        wanted.push(Wanted { holder, role, scope, may_delegate: true, from, until: None });
    }
    let by = By::machine().because("a test");
    let given = giving::grant(&town.app, &by, &wanted, None, town.app.clock.now()).await.unwrap();
    assert!(given.is_ok());
}
