//! The addresses of stored pictures. Such an address tells how large its picture is, so that a page can name the sizes it
//! comes in without asking anybody; what is behind them is made when it is first asked for.

use std::fmt;

/// The widths that smaller pictures are made in.
const WIDTHS: [u32; 7] = [160, 320, 480, 640, 960, 1280, 1920];

/// What smaller pictures are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PictureFormat {
    /// What every browser reads.
    Webp,
    /// A third smaller; there is an encoder for it only where one is installed.
    Avif,
}

impl PictureFormat {
    fn extension(self) -> &'static str {
        match self {
            Self::Webp => "webp",
            Self::Avif => "avif",
        }
    }
}

/// A stored picture that comes in smaller sizes: `/media/HASH-1200x800.jpg`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PictureUrl {
    /// The hash of its content.
    pub hash: String,
    /// How wide it is in pixels.
    pub width: u32,
    /// How high it is in pixels.
    pub height: u32,
    /// Its ending.
    pub extension: String,
}

impl PictureUrl {
    /// The picture of that address, if it is a stored one that comes in smaller sizes.
    pub fn parse(url: &str) -> Option<Self> {
        let (name, extension) = url.strip_prefix("/media/")?.split_once('.')?;
        let (hash, size) = name.split_once('-')?;
        let (width, height) = size.split_once('x')?;
        let picture = Self {
            hash: hash.to_owned(),
            width: width.parse().ok().filter(|width| *width > 0)?,
            height: height.parse().ok().filter(|height| *height > 0)?,
            extension: extension.to_owned(),
        };
        (is_name(hash) && ["png", "jpg", "webp"].contains(&extension)).then_some(picture)
    }

    /// The widths it comes in, none above its own.
    pub fn widths(&self) -> Vec<u32> {
        widths(self.width)
    }

    /// The address of the picture in that width.
    pub fn rendition(&self, width: u32, format: PictureFormat) -> String {
        format!("/media/{}-{width}.{}", self.hash, format.extension())
    }

    /// What `srcset` says.
    pub fn source_set(&self, format: PictureFormat) -> String {
        let sources = self.widths().into_iter();
        let sources: Vec<String> = sources
            .map(|width| format!("{} {width}w", self.rendition(width, format)))
            .collect();
        sources.join(", ")
    }
}

impl fmt::Display for PictureUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (hash, width, height) = (&self.hash, self.width, self.height);
        write!(f, "/media/{hash}-{width}x{height}.{}", self.extension)
    }
}

/// The widths that a picture of that width comes in: those below it, and its own as far as that is not larger than all.
pub fn widths(own: u32) -> Vec<u32> {
    let largest = own.min(1920);
    let mut widths: Vec<u32> = WIDTHS.into_iter().filter(|width| *width < largest).collect();
    widths.push(largest);
    widths
}

/// The name of a rendition, as the last part of its address: `HASH-640.webp`.
pub fn parse_rendition(name: &str) -> Option<(&str, u32, PictureFormat)> {
    let (stem, extension) = name.split_once('.')?;
    let formats = [PictureFormat::Webp, PictureFormat::Avif];
    let format = formats.into_iter().find(|format| format.extension() == extension)?;
    let (hash, digits) = stem.split_once('-')?;
    let width: u32 = digits.parse().ok()?;
    // One picture has one address.
    (digits == width.to_string()).then_some((hash, width, format))
}

/// What is made of a picture for those who read fewer kinds than browsers: a JPEG.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Print {
    /// In the middle of a frame of [`Print::CARD`], for whoever shows a link to a page.
    Card,
    /// The picture alone, for machines that list products.
    Plain,
}

impl Print {
    /// How wide and high a card is.
    pub const CARD: (u32, u32) = (1200, 630);
    /// The longer side of a plain print, at most.
    pub const LONGEST: u32 = 1600;

    fn mark(self) -> &'static str {
        match self {
            Self::Card => "card",
            Self::Plain => "print",
        }
    }

    /// Where the print of a stored picture is: `/media/HASH-card.jpg`. None of what cannot be decoded, or is elsewhere.
    pub fn url(self, url: &str) -> Option<String> {
        let (name, extension) = url.strip_prefix("/media/")?.split_once('.')?;
        let hash = name.split_once('-').map_or(name, |(hash, _)| hash);
        // Only of what can be decoded is the size known.
        let is_printable = (extension == "svg" && is_name(name)) || PictureUrl::parse(url).is_some();
        is_printable.then(|| format!("/media/{hash}-{}.jpg", self.mark()))
    }

    /// The picture that is printed, and how, by the last part of the print's address.
    pub fn parse(name: &str) -> Option<(&str, Self)> {
        let (hash, mark) = name.strip_suffix(".jpg")?.split_once('-')?;
        let print = [Self::Card, Self::Plain]
            .into_iter()
            .find(|print| print.mark() == mark)?;
        is_name(hash).then_some((hash, print))
    }
}

fn is_name(hash: &str) -> bool {
    !hash.is_empty() && hash.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_print_is_found_by_its_address() {
        for (url, hash) in [
            ("/media/abc-700x350.jpg", "abc"),
            ("/media/abc.svg", "abc"),
            ("/media/abc-9x9.webp", "abc"),
        ] {
            for print in [Print::Card, Print::Plain] {
                let address = print.url(url).unwrap();
                let name = address.strip_prefix("/media/").unwrap();
                assert_eq!(Print::parse(name), Some((hash, print)), "{url}");
            }
        }
        for other in [
            "/media/abc.gif",
            "/media/abc.webp",
            "/media/.svg",
            "https://elsewhere.example/media/abc.svg",
        ] {
            assert_eq!(Print::Card.url(other), None, "{other}");
        }
        for other in [
            "abc-card.png",
            "abc.jpg",
            "abc-700x350.jpg",
            "-card.jpg",
            "a/b-card.jpg",
        ] {
            assert_eq!(Print::parse(other), None, "{other}");
        }
    }

    #[test]
    fn an_address_tells_the_sizes() {
        let url = "/media/abc-700x350.jpg";
        let picture = PictureUrl::parse(url).unwrap();
        assert_eq!(
            (picture.to_string().as_str(), picture.width, picture.height),
            (url, 700, 350)
        );
        assert_eq!(
            picture.source_set(PictureFormat::Webp),
            "/media/abc-160.webp 160w, /media/abc-320.webp 320w, /media/abc-480.webp 480w, /media/abc-640.webp 640w, /media/abc-700.webp 700w"
        );
        for other in [
            "/media/abc.jpg",
            "/media/abc-0x10.jpg",
            "/media/abc-10x10.gif",
            "/media/a/b-10x10.png",
            "https://x.test/media/abc-10x10.png",
        ] {
            assert_eq!(PictureUrl::parse(other), None, "{other}");
        }
    }

    #[test]
    fn no_picture_becomes_larger() {
        assert_eq!(widths(100), [100]);
        assert_eq!(widths(320), [160, 320]);
        assert_eq!(widths(5000), WIDTHS);
    }

    #[test]
    fn a_rendition_has_one_name() {
        for (name, format) in [
            ("abc-640.webp", PictureFormat::Webp),
            ("abc-640.avif", PictureFormat::Avif),
        ] {
            assert_eq!(parse_rendition(name), Some(("abc", 640, format)));
            let picture = PictureUrl::parse("/media/abc-700x350.jpg").unwrap();
            assert_eq!(picture.rendition(640, format), format!("/media/{name}"));
        }
        for other in [
            "abc-0640.webp",
            "abc-640.png",
            "abc-640.webp.avif",
            "abc.webp",
            "abc-640x320.webp",
            "abc-+640.webp",
        ] {
            assert_eq!(parse_rendition(other), None, "{other}");
        }
    }
}
