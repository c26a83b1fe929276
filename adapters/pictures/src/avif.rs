//! AVIF by `avifenc` of libavif, a program of its own: encoders in Rust take seconds for what it does in a twentieth of one, and
//! those in C take minutes to build. It sees only pictures that were decoded here and written anew, and nothing of what this
//! program knows.

use std::{
    env,
    os::unix::process::CommandExt as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Duration,
};

use image::{
    DynamicImage, ImageEncoder as _,
    codecs::png::{CompressionType, FilterType, PngEncoder},
};
use media::PaintError;
use wait_timeout::ChildExt as _;

/// As close to the original as a WebP of quality 80, by the noise in its brightness.
const QUALITY: &str = "color:cq-level=25";
/// The quickest at which a picture is not larger for it.
const SPEED: &str = "8";
/// The most dots of a picture: of the widest one, twice as high as wide. Noise of that size takes some seven seconds, photos one.
const MOST_DOTS: u64 = 1920 * 3840;
/// As long as that may take on a busy machine; then it is ended.
const PATIENCE: Duration = Duration::from_secs(20);

/// The program.
#[derive(Debug, Clone)]
pub(crate) struct Avifenc(PathBuf);

impl Avifenc {
    /// The first in the search path that can do it: there are some without an encoder in them.
    pub(crate) fn find() -> Option<Self> {
        let path = env::var_os("PATH")?;
        let programs = env::split_paths(&path).map(|folder| folder.join("avifenc"));
        let mut found = programs.filter(|program| program.is_file()).map(Self);
        found.find(|program| {
            let tried = program.encode(&DynamicImage::new_rgb8(2, 2));
            tried
                .inspect_err(|why| tracing::warn!(program = %program.0.display(), %why, "this avifenc writes no AVIF"))
                .is_ok()
        })
    }

    pub(crate) fn encode(&self, picture: &DynamicImage) -> Result<Vec<u8>, PaintError> {
        if u64::from(picture.width()).saturating_mul(u64::from(picture.height())) > MOST_DOTS {
            return Err(PaintError::Never("it is too large for an AVIF".to_owned()));
        }
        let folder = tempfile::tempdir().map_err(not_now)?;
        let (from, to) = (folder.path().join("picture.png"), folder.path().join("picture.avif"));
        std::fs::write(&from, png(picture)?).map_err(not_now)?;
        self.run(&from, &to, PATIENCE)?;
        std::fs::read(&to).map_err(not_now)
    }

    /// Whatever it fails of, the picture is none of it.
    fn run(&self, from: &Path, to: &Path, patience: Duration) -> Result<(), PaintError> {
        let mut command = Command::new(&self.0);
        command.args([
            "--jobs", "1", "--speed", SPEED, "--yuv", "420", "--min", "0", "--max", "63",
        ]);
        command.args(["-a", "color:end-usage=q", "-a", QUALITY]);
        command.arg(from).arg(to).env_clear();
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        // Whoever ends this program by the keyboard does not mean it.
        command.process_group(0);
        let mut child = command.spawn().map_err(not_now)?;
        match child.wait_timeout(patience).map_err(not_now)? {
            Some(status) if status.success() => Ok(()),
            Some(status) => Err(PaintError::NotNow(format!("avifenc ended with {status}"))),
            None => {
                child.kill().and_then(|()| child.wait()).map_err(not_now)?;
                Err(PaintError::NotNow(format!("avifenc took more than {patience:?}")))
            }
        }
    }
}

fn not_now(error: std::io::Error) -> PaintError {
    PaintError::NotNow(error.to_string())
}

/// Quickly, for it is read once.
fn png(picture: &DynamicImage) -> Result<Vec<u8>, PaintError> {
    let mut bytes = Vec::new();
    let encoder = PngEncoder::new_with_quality(&mut bytes, CompressionType::Fast, FilterType::Up);
    let (width, height) = (picture.width(), picture.height());
    let written = if picture.color().has_alpha() {
        encoder.write_image(&picture.to_rgba8(), width, height, image::ExtendedColorType::Rgba8)
    } else {
        encoder.write_image(&picture.to_rgb8(), width, height, image::ExtendedColorType::Rgb8)
    };
    written.map_err(|error| PaintError::Never(error.to_string()))?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use std::{fs::Permissions, os::unix::fs::PermissionsExt as _, time::Instant};

    use image::{Rgba, RgbaImage};

    use super::*;

    /// A program in the folder that does this.
    fn program(folder: &Path, script: &str) -> Avifenc {
        let path = folder.join("avifenc");
        std::fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
        std::fs::set_permissions(&path, Permissions::from_mode(0o755)).unwrap();
        Avifenc(path)
    }

    #[test]
    fn a_picture_becomes_an_avif_of_its_size() {
        let avifenc = Avifenc::find().expect("avifenc, of libavif, is in the search path");
        let clear = RgbaImage::from_fn(64, 32, |x, _| Rgba([220, 10, 10, if x < 32 { 0 } else { 255 }]));
        for picture in [
            DynamicImage::from(clear.clone()),
            DynamicImage::from(clear).to_luma8().into(),
        ] {
            let avif = avifenc.encode(&picture).unwrap();
            assert_eq!(avif.get(4..12), Some(b"ftypavif".as_slice()));
            let extent = [b"ispe\0\0\0\0".as_slice(), &64_u32.to_be_bytes(), &32_u32.to_be_bytes()].concat();
            assert!(avif.windows(extent.len()).any(|part| part == extent));
        }
    }

    #[test]
    fn a_program_that_fails_is_no_fault_of_the_picture() {
        let one = DynamicImage::new_rgb8(1, 1);
        for program in ["/nowhere/avifenc", "/bin/false"] {
            let said = Avifenc(PathBuf::from(program)).encode(&one).unwrap_err();
            assert!(matches!(said, PaintError::NotNow(_)), "{said}");
        }
        // It ends well and writes nothing.
        let said = Avifenc(PathBuf::from("/bin/true")).encode(&one).unwrap_err();
        assert!(matches!(said, PaintError::NotNow(_)), "{said}");
    }

    #[test]
    fn a_program_that_does_not_end_is_ended() {
        let folder = tempfile::tempdir().unwrap();
        let (from, to) = (folder.path().join("picture.png"), folder.path().join("picture.avif"));
        for (script, patience, why) in [
            ("exit 3", PATIENCE, "avifenc ended with exit status: 3"),
            ("kill -9 $$", PATIENCE, "avifenc ended with signal: 9"),
            (
                "exec /bin/sleep 600",
                Duration::from_millis(20),
                "avifenc took more than 20ms",
            ),
        ] {
            let began = Instant::now();
            let said = program(folder.path(), script).run(&from, &to, patience).unwrap_err();
            assert!(
                matches!(&said, PaintError::NotNow(said) if said.starts_with(why)),
                "{script}: {said}"
            );
            assert!(began.elapsed() < PATIENCE, "{script}");
        }
    }

    #[test]
    fn it_hears_nothing_of_what_this_program_knows_and_writes_what_is_taken() {
        let folder = tempfile::tempdir().unwrap();
        // Its last word is where it writes; what is in its surroundings goes there.
        let script = r#"for last; do :; done; printf '%s' "${HOME-}${CARGO_MANIFEST_DIR-}picture" > "$last""#;
        let avif = program(folder.path(), script).encode(&DynamicImage::new_rgb8(1, 1));
        assert_eq!(avif.unwrap(), b"picture");
    }

    #[test]
    fn what_would_take_too_long_is_not_begun() {
        let wall = DynamicImage::new_luma8(1_920, 16_000);
        let said = Avifenc(PathBuf::from("/nowhere/avifenc")).encode(&wall).unwrap_err();
        assert!(matches!(said, PaintError::Never(_)), "{said}");
    }
}
