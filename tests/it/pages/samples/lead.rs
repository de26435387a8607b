//! Between a sign-in with a password and where it leads.

use motcua::http::pages::Asker;
use motcua::http::pages::Frame;
use motcua::http::pages::LeadPage;
use motcua::http::pages::SecurityAlert;
use motcua::http::pages::Way;
use motcua::identity::lead::Lead;

use super::Named;
use super::Values;

pub fn all(frame: &Frame<'_>, asker: &Asker, values: &Values) -> Vec<Named> {
    let way = Way { action: "/login/lead", name: "login", value: &values.login };
    let page = |name: &str, lead: Lead, can_wait, alert| {
        let page = LeadPage {
            frame: frame.clone(),
            asker: (name != "alone").then_some(asker),
            way,
            confirm: &values.login,
            lead,
            least: 15,
            passkeys: lead != Lead::Longer,
            can_wait,
            until: (name == "factor").then(|| "30/06/2027".to_owned()),
            alert,
        };
        (format!("lead {name}"), page.render())
    };
    vec![
        page("offer", Lead::Passkey, true, None),
        page("alone", Lead::Passkey, true, None),
        page("refused", Lead::Passkey, true, Some(SecurityAlert::Refused)),
        page("other model", Lead::Passkey, true, Some(SecurityAlert::OtherModel)),
        page("factor", Lead::Factor, true, None),
        page("must", Lead::Factor, false, None),
        page("longer", Lead::Longer, true, None),
        page("longer must", Lead::Longer, false, None),
    ]
}
