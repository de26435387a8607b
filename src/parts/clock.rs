//! Waiting times, and what came before what, are told by replicas whose clocks agree with the database's.

use crate::app::App;
use crate::base::fault::Fault;

/// Whether ours does; where not, nothing is decided by it that keeps an account for somebody or takes it away.
pub fn agrees(app: &App) -> Result<(), Fault> {
    if app.ledger.is_off() {
        return Err(Fault::unavailable("our clock is over five seconds off the database's"));
    }
    Ok(())
}
