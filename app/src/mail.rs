//! Mails: rendered from the theme's templates, sent by SMTP or put into a folder.

use std::sync::Arc;

use email_adapters::{MailboxFolder, SmtpMailer};
use kernel::Locale;
use notifications::{MailData, Mailer, RenderFailed, Rendered, Renderer};
use web::AppState;

use crate::config::Config;

/// Renders mails with the theme's templates, `email/<kind>.txt` and `.html`.
pub struct ThemeRenderer(pub AppState);

impl Renderer for ThemeRenderer {
    fn render(&self, mail: &MailData) -> Result<Rendered, RenderFailed> {
        let locale = mail.lang.parse().unwrap_or(Locale::EN);
        let render = |ending: &str| {
            let template = format!("email/{}.{ending}", mail.kind.as_str());
            self.0
                .pages()
                .render(locale, &template, mail)
                .map_err(|problem| RenderFailed(format!("{template}: {problem}")))
        };
        Rendered::from_templates(&render("txt")?, render("html")?)
    }
}

/// SMTP where it is configured, a folder otherwise.
pub fn mailer(config: &Config) -> anyhow::Result<Arc<dyn Mailer>> {
    Ok(match &config.smtp_url {
        Some(url) => Arc::new(SmtpMailer::new(url)?),
        None => Arc::new(MailboxFolder::new(config.data.join("mailbox"))),
    })
}
