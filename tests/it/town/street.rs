//! A town whose provider stands at an address of this machine, for real browsers, with its post and a service beside it.

use axum::Extension;
use motcua::config::Config;
use motcua::http::extract::visitor::Peer;
use tokio::net::TcpListener;

use super::ISSUER;
use super::RelyingParty;
use super::Town;

impl Town {
    /// A town whose issuer is `http://localhost` with a port: what browsers take for a secure context.
    pub async fn on_a_street(choose: impl FnOnce(&mut Config)) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://localhost:{}", listener.local_addr().unwrap().port());
        let town = Self::with_post(|config| {
            config.server.issuer = origin;
            choose(config);
        })
        .await;
        let router = town.router.clone().layer(Extension(Peer("192.0.2.7:4711".parse().unwrap())));
        tokio::spawn(async move { axum::serve(listener, router).await });
        town
    }

    /// The address of a page of this town.
    pub fn at(&self, path: &str) -> String {
        format!("{}{path}", self.config.server.issuer)
    }

    /// Lets a service in whose pages stand at `origin`, and to which a public task gives what it asks for.
    pub async fn let_in(&self, id: &str, origin: &str) -> RelyingParty {
        self.apply(&format!(
            "[[clients]]\nclient_id = \"{id}\"\nservice = \"licences\"\nredirect_uris = [\"{origin}/cb\"]\n\
             post_logout_redirect_uris = [\"{origin}/out\"]\ngrant_types = [\"authorization_code\"]\n\
             scope = \"openid profile email\"\nsecrets = [\"{id}-secret-of-a-test-that-is-long-enough\"]\n"
        ))
        .await;
        let mut rp = self.rp(id);
        rp.redirect_uri = format!("{origin}/cb");
        rp
    }

    /// The address of an authorization request at this town.
    pub fn asks(&self, rp: &RelyingParty, changes: &[(&str, &str)]) -> String {
        rp.url(changes).replacen(ISSUER, &self.config.server.issuer, 1)
    }
}
