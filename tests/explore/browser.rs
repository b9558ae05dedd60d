//! A browser driven over pipes, by the DevTools protocol: messages of JSON, each ended by a zero
//! byte, on descriptors 3 and 4.

use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// How long a page may take for one thing.
const PATIENCE: Duration = Duration::from_secs(60);

/// A browser with one page open.
pub struct Browser {
    child: Child,
    commands: File,
    events: BufReader<File>,
    session: Value,
    next: u64,
    /// What the browser complained of.
    pub complaints: Vec<String>,
    _folder: tempfile::TempDir,
}

impl Browser {
    /// Opens a page from disk, at a part of it.
    pub fn open(page: &Path, fragment: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let pipes = ["in", "out"].map(|name| folder.path().join(name));
        let made = Command::new("mkfifo").args(&pipes).status();
        assert!(made.expect("mkfifo").success());
        let browser = crate::tools::browser();
        let child = Command::new("sh")
            .args(["-c", r#"exec "$@" 3<"$PIPES/in" 4>"$PIPES/out""#, "sh"])
            .arg(browser.get_program())
            .args(["--headless", "--no-sandbox", "--disable-gpu"])
            .args(["--disable-dev-shm-usage", "--no-first-run"])
            .args(["--proxy-server=127.0.0.1:9", "--remote-debugging-pipe"])
            .arg(format!(
                "--user-data-dir={}",
                folder.path().join("profile").display()
            ))
            .arg("--window-size=1280,900")
            .env("HOME", folder.path())
            .env("PIPES", folder.path())
            .stderr(std::process::Stdio::null())
            .spawn()
            .expect("the browser starts");
        let commands = OpenOptions::new()
            .write(true)
            .open(&pipes[0])
            .expect("a pipe");
        let events = BufReader::new(File::open(&pipes[1]).expect("a pipe"));
        let mut browser = Self {
            child,
            commands,
            events,
            session: Value::Null,
            next: 0,
            complaints: Vec::new(),
            _folder: folder,
        };
        let target = browser.call("Target.createTarget", json!({ "url": "about:blank" }));
        let attached = json!({ "targetId": target["targetId"], "flatten": true });
        browser.session = browser.call("Target.attachToTarget", attached)["sessionId"].clone();
        for domain in ["Runtime.enable", "Log.enable", "Page.enable"] {
            browser.call(domain, json!({}));
        }
        let url = format!("file://{}{fragment}", page.display());
        browser.call("Page.navigate", json!({ "url": url }));
        browser.until("document.body?.dataset.replicates > 0");
        browser
    }

    /// Calls the browser, and returns its answer.
    fn call(&mut self, method: &str, params: Value) -> Value {
        self.next += 1;
        let mut message = json!({ "id": self.next, "method": method, "params": params });
        if !self.session.is_null() {
            message["sessionId"] = self.session.clone();
        }
        let mut bytes = message.to_string().into_bytes();
        bytes.push(0);
        self.commands.write_all(&bytes).expect("written");
        loop {
            let mut bytes = Vec::new();
            self.events.read_until(0, &mut bytes).expect("read");
            assert_eq!(bytes.pop(), Some(0), "the browser has ended");
            let message: Value = serde_json::from_slice(&bytes).expect("JSON");
            if message["id"] == self.next {
                return message["result"].clone();
            }
            let complains = [
                "Runtime.exceptionThrown",
                "Log.entryAdded",
                "Runtime.consoleAPICalled",
            ];
            if complains.iter().any(|method| message["method"] == *method) {
                self.complaints.push(message.to_string());
            }
        }
    }

    /// What an expression of the page is; a promise is waited for.
    pub fn value(&mut self, expression: &str) -> Value {
        let params =
            json!({ "expression": expression, "awaitPromise": true, "returnByValue": true });
        let found = self.call("Runtime.evaluate", params);
        assert!(found["exceptionDetails"].is_null(), "{expression}: {found}");
        found["result"]["value"].clone()
    }

    /// The text of an element.
    pub fn text(&mut self, selector: &str) -> String {
        let value = self.value(&format!("document.querySelector({selector:?}).textContent"));
        value.as_str().expect("a text").to_owned()
    }

    /// Waits until an expression is true.
    pub fn until(&mut self, expression: &str) {
        let began = Instant::now();
        // While it loads, there is nothing yet to be asked.
        while self.value(expression) != true {
            if began.elapsed() > PATIENCE {
                let page = self.text("body");
                panic!("not {expression}: {page} {:?}", self.complaints);
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Makes the page look as on a screen of a width, light or dark, or on paper.
    pub fn looks(&mut self, width: u32, media: &str, scheme: &str) {
        let size =
            json!({ "width": width, "height": 900, "deviceScaleFactor": 1, "mobile": false });
        self.call("Emulation.setDeviceMetricsOverride", size);
        let features = json!([{ "name": "prefers-color-scheme", "value": scheme }]);
        self.call(
            "Emulation.setEmulatedMedia",
            json!({ "media": media, "features": features }),
        );
    }

    /// Presses a key, as the DevTools call it: what the browser makes of it, not the page.
    pub fn press(&mut self, key: &str, code: u32) {
        for kind in ["keyDown", "keyUp"] {
            let mut event = json!({
                "type": kind, "key": key, "code": key,
                "windowsVirtualKeyCode": code, "nativeVirtualKeyCode": code,
            });
            if kind == "keyDown" && key == "Enter" {
                event["text"] = json!("\r");
            }
            self.call("Input.dispatchKeyEvent", event);
        }
    }

    /// Goes on by the tabulator until what has the focus is as wanted.
    pub fn tab_to(&mut self, wanted: &str) {
        for _ in 0..200 {
            self.press("Tab", 9);
            if self.value(&format!("document.activeElement?.matches({wanted:?})")) == true {
                return;
            }
        }
        panic!("the tabulator doesn't lead to {wanted}");
    }

    /// Lets files be saved into a folder.
    pub fn saves_into(&mut self, folder: &Path) {
        let params = json!({ "behavior": "allow", "downloadPath": folder });
        self.call("Browser.setDownloadBehavior", params);
    }

    /// The whole page as PNG, in base 64.
    pub fn picture(&mut self) -> String {
        let params = json!({ "captureBeyondViewport": true, "format": "png" });
        let shot = self.call("Page.captureScreenshot", params);
        shot["data"].as_str().expect("a picture").to_owned()
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
