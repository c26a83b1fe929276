//! Redirects: a row each.

use database::Ctx;

use crate::{ExportError, sheet::Row};

const PAGE: i64 = 1_000;
const COLUMNS: &[&str] = &["From", "To"];

/// How far the file is.
#[derive(Debug, Default)]
pub(crate) struct Redirects {
    begun: bool,
    after: Option<String>,
    ended: bool,
}

impl Redirects {
    /// The next piece of the file.
    pub(crate) async fn next(&mut self, ctx: &mut Ctx) -> Result<Option<Vec<u8>>, ExportError> {
        if self.ended {
            return Ok(None);
        }
        let mut out = Vec::new();
        if !std::mem::replace(&mut self.begun, true) {
            Row::new(&mut out).texts(COLUMNS.iter().copied()).end();
        }
        let page = redirects::list_after(ctx, self.after.as_deref(), PAGE).await?;
        match page.last() {
            Some(last) => self.after = Some(last.from().to_owned()),
            None => self.ended = true,
        }
        for redirect in &page {
            Row::new(&mut out).text(redirect.from()).text(redirect.to()).end();
        }
        Ok(Some(out))
    }
}
