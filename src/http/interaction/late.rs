//! Whether messages are slow to come, for the pages that send them. It says nothing of anybody's address.

use crate::http::Web;
use crate::http::pages::Late;
use crate::parts::letters;
use crate::parts::letters::Channel;
use crate::parts::letters::Reach;

/// Of these ways, those by which they are.
pub fn of(web: &Web, ways: &[Channel]) -> Late {
    let is_late = |way| ways.contains(&way) && letters::reach(&web.app, way) == Reach::Troubled;
    Late { mail: is_late(Channel::Mail), sms: is_late(Channel::Sms) }
}
