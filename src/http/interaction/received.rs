//! What services may receive, in words.

use super::in_language;
use crate::base::time::Timestamp;
use crate::flows::account::consents::Held;
use crate::flows::account::received::Allowed;
use crate::http::Web;
use crate::http::pages::ShownConsent;
use crate::http::pages::claim_names;
use crate::http::pages::initials;
use crate::i18n::Lang;
use crate::i18n::key;
use crate::i18n::say;
use crate::i18n::text;
use crate::parts::clients::Client;

/// What a service may receive, in one sentence.
pub fn allowed(lang: Lang, allowed: &Allowed) -> String {
    let own = claim_names(lang, &allowed.claims).into_iter().map(|name| beginning_small(&name));
    let elsewhere = allowed.elsewhere.iter().map(|label| in_language(label, lang).to_owned());
    let names: Vec<String> = own.chain(elsewhere).collect();
    let what = match names.is_empty() {
        true => text(lang, key::RECEIVED_CODE).into_owned(),
        false => say::received(lang, &names.join(", ")),
    };
    if allowed.offline { format!("{what} {}", text(lang, key::RECEIVED_AWAY)) } else { what }
}

fn beginning_small(name: &str) -> String {
    let mut signs = name.chars();
    signs.next().into_iter().flat_map(char::to_lowercase).chain(signs).collect()
}

/// A service with what it may receive.
pub fn shown(web: &Web, held: &Held, lang: Lang) -> ShownConsent {
    let client = &held.client;
    let (name, backing) = (name(client, lang), client.backing.as_ref());
    let day = |at: Timestamp| web.zone().date(at);
    let agreed = held.agreed.map(|at| say::consents_since(lang, &day(at)));
    let last = held.last.map(|at| say::received_last(lang, &day(at)));
    let when: Vec<String> = agreed.into_iter().chain(last).collect();
    ShownConsent {
        client_id: client.id.clone(),
        agency: backing.map(|backing| in_language(&backing.agency.name, lang).to_owned()),
        initials: initials(backing.map_or(&name, |backing| &backing.agency.name.vi)),
        name,
        lines: vec![allowed(lang, &held.allowed), when.join(" · ")],
    }
}

/// What a client is called: its service's name, or what it registered.
pub fn name(client: &Client, lang: Lang) -> String {
    let own = client.metadata.client_name.as_ref().unwrap_or(&client.id);
    client.backing.as_ref().map_or(own.as_str(), |backing| in_language(&backing.service.name, lang)).to_owned()
}
