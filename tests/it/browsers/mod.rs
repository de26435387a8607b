//! A real browser at a real provider, and services of this machine that are somebody else's.

mod elsewhere;
mod twice;
mod ways_back;

use elsewhere::Elsewhere;
