//! What slows a flood of forms down, without a picture to decipher and without anybody else's service: a puzzle that costs a
//! script a moment of work, or else a wait. Both grow with what a network sends.

use std::time::Duration;

use crate::base::secret::sha256;
use crate::config::accounts::Accounts;

/// How dear a form is: the price of a quiet hour, doubled so often.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Price {
    /// Zero bits of the hash.
    pub bits: u8,
    /// The wait of who runs no script.
    pub wait: Duration,
}

/// The price doubles no oftener: a network has honest people too, whose telephones find no more zeros in a minute.
const MOST_DOUBLINGS: u8 = 8;
/// Nobody waits for longer.
pub const LONGEST_WAIT: Duration = Duration::from_secs(3600);
/// A solution is a number.
const LONGEST_SOLUTION: usize = 16;
/// So many characters at the end of a sealed text are its own: they hold the tag.
const OWN: usize = 22;

/// How often the price is doubled for a network that sent so many forms of late.
pub fn doublings(sent: u64, config: &Accounts) -> u8 {
    let mut doublings = 0;
    while doublings < MOST_DOUBLINGS && sent >> doublings >= u64::from(config.hourly_free) {
        doublings += 1;
    }
    doublings
}

/// The price after so many doublings.
pub fn price(doublings: u8, config: &Accounts) -> Price {
    let bits = if config.puzzle_bits == 0 { 0 } else { config.puzzle_bits + doublings.min(MOST_DOUBLINGS) };
    let wait = config.wait.saturating_mul(1 << doublings.min(MOST_DOUBLINGS)).min(LONGEST_WAIT);
    Price { bits, wait }
}

/// Whether `solution` solves the puzzle of a sealed text: SHA-256 of the end of the text, a colon and the solution begins with
/// so many zero bits.
pub fn is_solved(sealed: &str, solution: &str, bits: u8) -> bool {
    let is_number = !solution.is_empty() && solution.bytes().all(|b| b.is_ascii_digit());
    let Some(own) = sealed.len().checked_sub(OWN).and_then(|at| sealed.get(at..)) else { return false };
    if !is_number || solution.len() > LONGEST_SOLUTION {
        return false;
    }
    let [a, b, c, d, ..] = sha256(format!("{own}:{solution}").as_bytes());
    u32::from_be_bytes([a, b, c, d]).leading_zeros() >= u32::from(bits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_price_doubles_with_what_a_network_sends_up_to_a_limit() {
        let config = Accounts::default();
        let all = [0, 29, 30, 59, 60, 120, 960, 100_000].map(|sent| doublings(sent, &config));
        assert_eq!(all, [0, 0, 1, 1, 2, 3, 6, 8]);
        assert_eq!(price(0, &config), Price { bits: 16, wait: Duration::from_secs(20) });
        assert_eq!(price(6, &config), Price { bits: 22, wait: Duration::from_secs(1280) });
        assert_eq!(price(8, &config), Price { bits: 24, wait: Duration::from_secs(3600) });
    }

    #[test]
    fn a_solution_is_a_number_that_gives_the_zeros() {
        let sealed = "x".repeat(40);
        let solution = (0..).map(|n: u32| n.to_string()).find(|n| is_solved(&sealed, n, 8)).unwrap();
        assert!(!is_solved(&sealed.replace('x', "y"), &solution, 8));
        assert!(!is_solved(&sealed, "", 0) && !is_solved(&sealed, "-1", 0) && !is_solved("short", "1", 0));
        assert!(!is_solved(&sealed, &"1".repeat(17), 0));
    }
}
