//! What the pages of the demonstration itself look like, which are no site of anybody's: both languages at once.

use std::fmt::Display;

/// A page with this title in both languages, which browsers read again after so many seconds.
pub fn page([vi, en]: [&str; 2], again: Option<u8>, body: &dyn Display) -> String {
    let again = again.map(|seconds| format!("<meta http-equiv=\"refresh\" content=\"{seconds}\">")).unwrap_or_default();
    format!(
        "<!doctype html><html lang=\"vi\"><head><meta charset=\"utf-8\"><title>{vi} · {en}</title>\
         <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">{again}<link rel=\"icon\" href=\"data:,\">\
         <style>:root{{color-scheme:light dark}}body{{background:Canvas;color:CanvasText;font:1rem/1.5 system-ui,sans-serif;max-width:44rem;margin:1rem auto;\
         padding:0 1rem}}article{{border-top:1px solid;padding:.5rem 0}}h2{{font-size:1.1rem;margin:.5rem 0}}\
         pre{{font:inherit;white-space:pre-wrap;overflow-wrap:anywhere}}nav a,p>a{{display:inline-block;padding:.75rem 0;margin-right:1rem}}[lang=en]{{display:block}}\
         .code{{font:700 2rem/1.2 ui-monospace,monospace;margin:0}}label{{display:block}}input,button{{font:inherit;\
         padding:.5rem;margin:.25rem 0;max-width:100%;box-sizing:border-box}}input{{display:block;width:100%}}</style></head>\
         <body><main><h1>{vi} <small lang=\"en\">{en}</small></h1>\
         <nav><a href=\"/\">Thư · <span lang=\"en\" style=\"display:inline\">Letters</span></a> \
         <a href=\"/phone\">Điện thoại · <span lang=\"en\" style=\"display:inline\">Telephone</span></a></nav>{body}</main></body></html>"
    )
}
