//! The telephone of the demonstration, for who has no authenticator app at hand: a page that shows the codes of the keys that
//! it was given, as such an app does. It keeps them in the state directory.

use std::fmt::Write as _;
use std::fs;
use std::io;
use std::io::ErrorKind;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;

use axum::Router;
use axum::extract::State;
use axum::response::Html;
use axum::response::IntoResponse;
use axum::response::Redirect;
use axum::response::Response;
use axum::routing::get;
use url::form_urlencoded;

use super::portal::Text;
use super::sheet;
use crate::base::time::Clock;
use crate::base::time::SystemClock;
use crate::identity::credential::totp::Totp;

/// What shows the codes.
pub struct Phone {
    path: PathBuf,
    accounts: Mutex<Vec<Account>>,
}

/// Somebody's key.
struct Account {
    name: String,
    app: Totp,
}

/// No name is longer, in characters.
const LONGEST: usize = 60;
/// So many keys are taken.
const MOST: usize = 100;

impl Phone {
    /// With this key of this person, and those that it was given at former starts.
    ///
    /// # Errors
    /// Its file cannot be read.
    pub fn open(state: &Path, name: &str, key: &[u8]) -> io::Result<Self> {
        let path = state.join("phone.txt");
        let text = match fs::read_to_string(&path) {
            Err(error) if error.kind() == ErrorKind::NotFound => String::new(),
            read => read?,
        };
        let own = Totp::of(key, "", "").map(|app| Account { name: name.to_owned(), app });
        let given = text.lines().filter_map(|line| {
            let (key, name) = line.split_once('\t')?;
            Some(Account { name: name.to_owned(), app: Totp::typed(key)? })
        });
        Ok(Self { path, accounts: Mutex::new(own.into_iter().chain(given).collect()) })
    }

    /// Its pages.
    pub fn routes(self) -> Router {
        Router::new().route("/phone", get(show)).route("/phone/add", get(ask).post(add)).with_state(Arc::new(self))
    }

    fn keep(&self, name: &str, app: Totp) -> io::Result<()> {
        let mut accounts = self.accounts.lock().unwrap_or_else(PoisonError::into_inner);
        if accounts.len() >= MOST {
            return Err(io::Error::other("it holds no more keys"));
        }
        let mut file = fs::OpenOptions::new().create(true).append(true).mode(0o600).open(&self.path)?;
        writeln!(file, "{}\t{name}", app.base32())?;
        accounts.push(Account { name: name.to_owned(), app });
        Ok(())
    }
}

async fn show(State(phone): State<Arc<Phone>>) -> Html<String> {
    let accounts = phone.accounts.lock().unwrap_or_else(PoisonError::into_inner);
    let now = SystemClock.now();
    let mut body = String::new();
    for Account { name, app } in accounts.iter() {
        let Some((code, left)) = app.code(now) else { continue };
        let (first, last) = code.split_at(3);
        let _ = write!(
            body,
            "<article><h2>{}</h2><p class=\"code\">{first} {last}</p><p>Mã kế tiếp sau {left} giây. \
             <span lang=\"en\">The next code comes in {left} seconds.</span></p></article>",
            Text(name)
        );
    }
    body.push_str(
        "<p>Một mã chỉ dùng được một lần. Hãy tải lại trang để xem mã kế tiếp. \
         <span lang=\"en\">A code counts once. Load the page again to see the next one.</span></p>\
         <p><a href=\"/phone/add\">Thêm khóa <span lang=\"en\">Add a key</span></a></p>",
    );
    Html(sheet::page(["Ứng dụng xác thực", "The authenticator app"], None, &body))
}

async fn ask() -> Html<String> {
    form("")
}

fn form(trouble: &str) -> Html<String> {
    let body = format!(
        "{trouble}<p>Khóa là dòng chữ ở trang “Thêm ứng dụng xác thực” của Một Cửa. <span lang=\"en\">The key is the line of \
         letters on the page of Một Cửa that adds an authenticator app.</span></p>\
         <form method=\"post\"><label>Của ai · Whose<input name=\"name\" maxlength=\"{LONGEST}\" required></label>\
         <label>Khóa · Key<input name=\"key\" maxlength=\"200\" autocomplete=\"off\" autocapitalize=\"none\" \
         spellcheck=\"false\" required></label><button>Thêm · Add</button></form>"
    );
    Html(sheet::page(["Thêm khóa", "Add a key"], None, &body))
}

async fn add(State(phone): State<Arc<Phone>>, body: String) -> Response {
    let typed = |field: &str| {
        let value = form_urlencoded::parse(body.as_bytes()).find(|(name, _)| name == field);
        value.map(|(_, value)| value.into_owned()).unwrap_or_default()
    };
    let (name, key) = (typed("name"), typed("key"));
    let name: String = name.trim().chars().filter(|c| !c.is_control()).take(LONGEST).collect();
    let kept = match Totp::typed(&key) {
        Some(app) if !name.is_empty() => phone.keep(&name, app),
        _ => return form(NO_KEY).into_response(),
    };
    match kept {
        Ok(()) => Redirect::to("/phone").into_response(),
        Err(error) => {
            tracing::error!(%error, "the telephone keeps no key");
            form(NOT_KEPT).into_response()
        }
    }
}

const NO_KEY: &str = "<p role=\"alert\"><strong>Đó không phải là khóa. \
    <span lang=\"en\">That is no key: copy the whole line, spaces or not.</span></strong></p>";
const NOT_KEPT: &str = "<p role=\"alert\"><strong>Chưa lưu được khóa. \
    <span lang=\"en\">The key could not be kept; the terminal says why.</span></strong></p>";
