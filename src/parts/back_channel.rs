//! Services are told from server to server that a session ended: OpenID Connect Back-Channel Logout §2.4, §2.5.

use crate::app::App;
use crate::base::fault::Fault;
use crate::base::id;
use crate::base::time::Timestamp;
use crate::outbound::Request;
use crate::outbound::Unreachable;
use crate::parts::clients;
use crate::parts::clients::Client;
use crate::parts::issue::subject;
use crate::parts::keyring;
use crate::protocol::oidc::logout_token::Events;
use crate::protocol::oidc::logout_token::LIFETIME;
use crate::protocol::oidc::logout_token::LogoutTokenClaims;
use crate::signing::keyring::Typ;
use crate::store::outbox::Ended;
use crate::store::outbox::Notice;

/// What came of one try.
pub enum Sent {
    /// The service knows.
    Delivered,
    /// The client is gone, or wants to be told no more.
    NobodyToTell,
    /// The service did not take it.
    Not(Unreachable),
}

/// Tells the service of a notice.
pub async fn send(app: &App, notice: &Notice, now: Timestamp) -> Result<Sent, Fault> {
    let Some(client) = clients::find(app, &notice.client_id).await? else { return Ok(Sent::NobodyToTell) };
    if notice.created_at().micros() < client.epoch {
        return Ok(Sent::NobodyToTell); // it was meant for one that had the name before
    }
    let Some(uri) = &client.metadata.backchannel_logout_uri else { return Ok(Sent::NobodyToTell) };
    let token = logout_token(app, &client, notice.ended(), now).await?;
    let answer = app.fetch.send(Request::post(&client.id, uri, &[("logout_token", &token)])).await;
    Ok(answer.map_or_else(Sent::Not, |_| Sent::Delivered))
}

/// §2.4: signed as the client's ID tokens are, anew for each try, with both `sub` and `sid`.
async fn logout_token(app: &App, client: &Client, ended: Ended, now: Timestamp) -> Result<String, Fault> {
    let claims = LogoutTokenClaims {
        iss: &app.config.server.issuer,
        sub: &subject::of(app, ended.person, client),
        aud: &client.id,
        iat: now.seconds(),
        exp: now.seconds() + LIFETIME,
        jti: &id::new(now, &*app.entropy).to_string(),
        events: Events::default(),
        sid: &subject::session(app, ended.session, client),
    };
    let payload = serde_json::to_vec(&claims).map_err(Fault::broken)?;
    keyring::sign(app, client.metadata.id_token_alg(), Typ::LogoutToken, &payload, now).await
}
