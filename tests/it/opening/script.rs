//! The script that solves the puzzle, as a browser's engine runs it.

use super::*;

/// What stands in for the page: its form, its clock, and what is printed in the end.
const STAGE: &str = "const queue = [], form = {puzzle: {value: process.argv[1], dataset: {bits: process.argv[2]}}, \
     solution: {value: ''}, addEventListener() {}}, document = {forms: [form]}, setTimeout = (next) => queue.push(next);\n";
const END: &str = "\nwhile (queue.length) queue.shift()();\nconsole.log(String(form.solution.value));";

#[tokio::test]
async fn the_script_finds_what_the_server_takes() {
    let Some(node) = std::env::var_os("NODE") else { return };
    let town = town().await;
    let mut browser = town.browser();
    for n in 0..4 {
        let page = browser.open("/open-account").await;
        let script = page.body.split("<script>").nth(1).unwrap().split("</script>").next().unwrap();
        let puzzle = page.hidden_value("puzzle");
        let mut command = std::process::Command::new(&node);
        let run = command.arg("-e").arg(format!("{STAGE}{script}{END}")).args(["--", &puzzle, "8"]).output().unwrap();
        let found = String::from_utf8(run.stdout).unwrap().trim().to_owned();
        assert_eq!(found, solution(&page), "the first that there is: {}", String::from_utf8_lossy(&run.stderr));
        let form = [("puzzle", puzzle), ("solution", found), ("address", format!("n{n}@dongnoi.example"))];
        assert_eq!(sent(&mut browser, "/open-account", &form).await.path(), "/open-account/code");
    }
    town.leave().await;
}
