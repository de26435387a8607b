//! How much of what is kept for a while a client may take.

use crate::parts::clients;
use crate::parts::clients::Client;
use crate::store::ephemeral::Share;

/// No client takes the room of all; those that registered themselves are as many as somebody likes, so they have one share
/// together, and each registered domain its own within that.
pub(super) fn shares(client: &Client) -> Vec<Share> {
    let share = |whose: String, part: usize| Share { whose, part };
    match client.registered {
        false => vec![share(format!("client:{}", client.id), 8)],
        true => vec![share("registered".into(), 4), share(format!("domain:{}", clients::domain(client)), 16)],
    }
}
