//! Where a sign-in with a password leads before it goes on: the page, and what is sent from it.

use axum::response::Response;

use super::passkeys;
use super::password;
use super::security;
use super::totp;
use crate::base::fault::Fault;
use crate::flows::account::fresh;
use crate::flows::account::lead;
use crate::flows::account::lead::Answer;
use crate::flows::account::lead::Waiting;
use crate::flows::account::password as passwords;
use crate::flows::account::totp as apps;
use crate::flows::account::totp::Added;
use crate::http::Web;
use crate::http::extract::language::Reader;
use crate::http::pages::Asker;
use crate::http::pages::LeadPage;
use crate::http::pages::SecurityAlert;
use crate::http::pages::Way;
use crate::http::pages::date;
use crate::http::pages::making_passkey;
use crate::http::respond;
use crate::http::respond::Policy;
use crate::parts::sessions::Visitor;
use crate::protocol::oauth::parameters::Parameters;

/// A page that is to be shown, or was sent.
pub struct Form<'a> {
    /// The site.
    pub web: &'a Web,
    /// In which language it is read.
    pub reader: &'a Reader,
    /// What it brought.
    pub parameters: &'a Parameters,
    /// Where it stands.
    pub way: Way<'a>,
    /// Who asks, if it is not the person alone.
    pub asker: Option<&'a Asker>,
    /// Whose sign-in it is.
    pub waiting: &'a Waiting,
}

/// What came of what was sent.
pub enum Came {
    /// The sign-in goes on, in a browser that is known by this cookie from now on, where it is another.
    On(Option<String>),
    /// It was too long ago for this: the person signs in once more.
    Late,
    /// The page is shown again.
    Again(Response),
}

impl Form<'_> {
    /// The page that was chosen, or the one to choose from.
    pub async fn page(&self) -> Result<Response, Fault> {
        let Self { web, reader, way, waiting, .. } = self;
        match self.parameters.get("choice") {
            Some("app") if waiting.lead.is_short() => {
                totp::render(web, reader, &waiting.live, (None, None), Some(*way)).await
            }
            Some("password") if waiting.lead.is_short() => {
                password::render(web, reader, &waiting.live, (None, &[]), Some(*way)).await
            }
            _ => self.choice(None).await,
        }
    }

    /// Takes what was sent.
    pub async fn submit(&self, visitor: &Visitor) -> Result<Came, Fault> {
        let (app, now) = (&self.web.app, self.web.app.clock.now());
        let live = &self.waiting.live;
        if !fresh::is_own(app, self.parameters.get("confirm").unwrap_or_default(), live) {
            return Ok(Came::On(None)); // nobody answered: who is signed in is asked
        }
        let answer = match self.parameters.get("choice") {
            Some("later") => Answer::Later,
            Some("never") => Answer::Never,
            _ if !fresh::is_fresh(live, now) => return Ok(Came::Late),
            Some("app") => return self.app().await,
            Some("password") => return self.password(visitor).await,
            _ => return self.passkey().await,
        };
        lead::answer(app, self.waiting, answer, now).await?;
        Ok(Came::On(None))
    }

    async fn passkey(&self) -> Result<Came, Fault> {
        match passkeys::made(self.web, self.reader, &self.waiting.live, self.parameters).await? {
            None => Ok(Came::On(None)),
            alert => Ok(Came::Again(self.choice(alert).await?)),
        }
    }

    async fn app(&self) -> Result<Came, Fault> {
        let Self { web, reader, parameters, .. } = self;
        let (offer, typed) = (parameters.get("offer").unwrap_or_default(), parameters.get("otp").unwrap_or_default());
        let live = &self.waiting.live;
        let shown = match apps::add(&web.app, live, offer, typed, web.app.clock.now()).await? {
            Added::Done | Added::Already => return Ok(Came::On(None)),
            Added::Wrong => (Some(offer), Some(SecurityAlert::WrongCode)),
            Added::Stale => (None, Some(SecurityAlert::Stale)),
            Added::Past => (None, Some(SecurityAlert::Past)),
        };
        Ok(Came::Again(totp::render(web, reader, live, shown, Some(self.way)).await?))
    }

    async fn password(&self, visitor: &Visitor) -> Result<Came, Fault> {
        let Self { web, reader, .. } = self;
        let (live, typed) = (&self.waiting.live, password::typed(self.parameters));
        let changed = passwords::change(&web.app, live, typed, visitor, web.app.clock.now()).await?;
        match password::taken(reader, changed) {
            Ok(device) => Ok(Came::On(device)),
            Err((alert, lines)) => {
                let page = password::render(web, reader, live, (alert, &lines), Some(self.way)).await?;
                Ok(Came::Again(page))
            }
        }
    }

    async fn choice(&self, alert: Option<SecurityAlert>) -> Result<Response, Fault> {
        let Self { web, reader, way, asker, waiting, .. } = self;
        let now = web.app.clock.now();
        let question = lead::question(&web.app, waiting, now).await?;
        let view = LeadPage {
            frame: reader.frame(web, Some(&way.here())),
            asker: *asker,
            way: *way,
            confirm: &fresh::confirm(&web.app, &waiting.live, now)?,
            lead: question.lead,
            least: question.least,
            passkeys: question.passkeys,
            can_wait: question.can_wait,
            until: question.until.map(|day| date(&day.to_string())),
            alert,
        };
        let logo = asker.and_then(|asker| asker.logo.as_deref());
        let policy = Policy::leading_away().showing(logo);
        let policy = if question.passkeys { policy.running(making_passkey()).asking() } else { policy };
        Ok(respond::page(security::status(alert), view.render(), &policy))
    }
}
