//! From `pg_restore` into `psql`.

use tokio::io::{AsyncBufRead, AsyncBufReadExt as _, AsyncWrite, AsyncWriteExt as _};

/// Writes the clearing and then the rows, and gives the pipe back, still open. Settings at the beginning that the server does
/// not know are left out: programs of a later version set those of their own.
pub(super) async fn pour<W: AsyncWrite + Unpin>(
    mut rows: impl AsyncBufRead + Unpin,
    mut script: W,
    clearing: &str,
    known: &[String],
) -> std::io::Result<W> {
    script.write_all(clearing.as_bytes()).await?;
    let mut line = Vec::new();
    while rows.read_until(b'\n', &mut line).await? > 0 {
        let opening = Opening::of(&line);
        let is_unknown =
            matches!(&opening, Opening::Setting(name) if !known.iter().any(|one| one.eq_ignore_ascii_case(name)));
        if !is_unknown {
            script.write_all(&line).await?;
        }
        if opening == Opening::Over {
            break;
        }
        line.clear();
    }
    tokio::io::copy_buf(&mut rows, &mut script).await?;
    Ok(script)
}

/// What a line at the beginning of a dump is: before the first that makes something, none is of a merchant's data.
#[derive(Debug, PartialEq, Eq)]
enum Opening<'a> {
    /// Sets this setting.
    Setting(&'a str),
    /// Changes nothing of the database.
    Other,
    /// The beginning is over.
    Over,
}

impl<'a> Opening<'a> {
    fn of(line: &'a [u8]) -> Self {
        let line = str::from_utf8(line).unwrap_or("?").trim();
        if let Some(setting) = line.strip_prefix("SET ") {
            return Self::Setting(setting.split([' ', '=']).next().unwrap_or_default());
        }
        let harmless = ["--", "\\", "SELECT pg_catalog.set_config("];
        if line.is_empty() || harmless.iter().any(|start| line.starts_with(start)) {
            Self::Other
        } else {
            Self::Over
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn settings_that_the_server_does_not_know_are_not_set() {
        let rows = "--\n-- PostgreSQL database dump\n--\n\n\\restrict abc\n\nSET statement_timeout = 0;\n\
            SET transaction_timeout = 0;\nSELECT pg_catalog.set_config('search_path', '', false);\n\
            SET default_tablespace = '';\nCREATE TABLE t (x text);\nCOPY t (x) FROM stdin;\nSET transaction_timeout = 0;\n\\.\n";
        let known = ["statement_timeout", "default_tablespace"].map(str::to_owned);
        let script = pour(rows.as_bytes(), Vec::new(), "BEGIN;\n", &known).await.unwrap();
        let expected = rows.replacen("SET transaction_timeout = 0;\n", "", 1);
        assert_eq!(String::from_utf8(script).unwrap(), format!("BEGIN;\n{expected}"));
        let known = [known.as_slice(), &["transaction_timeout".to_owned()]].concat();
        let script = pour(rows.as_bytes(), Vec::new(), "", &known).await.unwrap();
        assert_eq!(String::from_utf8(script).unwrap(), rows);
    }
}
