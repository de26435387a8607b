//! Services are told by frames of the last page: OpenID Connect Front-Channel Logout §3.

use serde::Deserialize;
use serde::Serialize;
use uuid::Uuid;

use super::Next;
use super::rp_initiated;
use super::rp_initiated::Asked;
use crate::app::App;
use crate::base::fault::Fault;
use crate::base::sealed::Purpose;
use crate::base::secret::equal;
use crate::base::time::Timestamp;
use crate::base::uri::with_query;
use crate::parts::clients;
use crate::parts::clients::Client;
use crate::parts::issue::subject;
use crate::parts::sealed::Sealed;
use crate::parts::sessions::Visitor;

/// What the last page is about. It travels sealed: nobody else chooses which frames our page opens, or where it leads.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Farewell {
    pub(super) session: Uuid,
    /// Digest of the cookie of the browser that is left: to another the page would be somebody's link elsewhere.
    browser: String,
    pub(super) left: Vec<String>,
    /// Whether the session goes on.
    pub stays: bool,
    /// What a service asked for.
    pub asked: Asked,
}

/// A page opens no more frames than this; each is a request of the person's browser.
const MOST_FRAMES: usize = 50;

impl Sealed for Farewell {
    const PURPOSE: Purpose = Purpose("farewell");
}

impl Farewell {
    /// For this browser, in which a person left services.
    pub(super) fn new(session: Uuid, left: Vec<String>, stays: bool, asked: Asked, visitor: &Visitor) -> Self {
        Self { session, browser: visitor.browser_digest(), left, stays, asked }
    }

    /// Where the browser goes: to the service that asked, unless frames must tell others first.
    pub(super) async fn next(mut self, app: &App, now: Timestamp) -> Result<Next, Fault> {
        let mut framed = Vec::new();
        for id in self.left {
            if clients::find(app, &id).await?.is_some_and(|client| has_frame(&client)) {
                framed.push(id);
            }
        }
        framed.truncate(MOST_FRAMES);
        self.left = framed;
        if self.left.is_empty()
            && let Some(location) = rp_initiated::location(app, &self.asked).await?
        {
            return Ok(Next::Service(location));
        }
        Ok(Next::Farewell(self.seal(app, now)?))
    }

    /// Reads the text that travels, in the browser for which it was made.
    pub fn open_in(visitor: &Visitor, app: &App, sealed: &str) -> Option<Self> {
        let farewell = Self::open(app, sealed)?;
        equal(farewell.browser.as_bytes(), visitor.browser_digest().as_bytes()).then_some(farewell)
    }

    /// The addresses of the frames: `iss` and `sid` always, beside a query that is there (§2).
    pub async fn frames(&self, app: &App) -> Result<Vec<String>, Fault> {
        let issuer = &app.config.server.issuer;
        let mut frames = Vec::new();
        for id in &self.left {
            let Some(client) = clients::find(app, id).await? else { continue };
            let sid = subject::session(app, self.session, &client);
            let uri = client.metadata.frontchannel_logout_uri.as_ref();
            frames.extend(uri.map(|uri| with_query(uri, &[("iss", issuer), ("sid", &sid)])));
        }
        Ok(frames)
    }
}

fn has_frame(client: &Client) -> bool {
    client.metadata.frontchannel_logout_uri.is_some()
}
