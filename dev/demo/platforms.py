"""What the demo model knows about platforms: where a link goes, and which deliverables are usual."""

ANY_LINK = "link on my profile"
LINKS = {
    "instagram": "link in bio",
    "tiktok": "link in bio",
    "youtube": "link in the description",
    "pinterest": "tap the pin",
    "x": "link in the replies",
    "threads": "link in the replies",
    "facebook": "link in the first comment",
    "linkedin": "link in the first comment",
}

SHORT = {"x", "twitter"}  # a caption of two sentences fits

ANY_DELIVERABLES = ("1 post with a video of 20 to 40 seconds", "1 still image for the cover", "The raw footage")
DELIVERABLES = {
    "instagram": (
        "1 Reel, vertical 9:16, 20 to 40 seconds, with subtitles",
        "3 Stories with a link sticker, within a day of the Reel",
        "1 cover image, 4:5",
    ),
    "tiktok": ("1 video, vertical 9:16, 20 to 40 seconds, with subtitles", "1 cover frame with a title of five words"),
    "youtube": (
        "1 video, 16:9, 4 to 8 minutes, the product shown in the first minute",
        "1 Short cut from it, vertical 9:16",
        "1 thumbnail",
    ),
    "x": ("1 post with a video of up to 45 seconds", "1 reply to it with the link"),
    "threads": ("1 post with 1 to 3 images", "1 reply to it with the link"),
    "facebook": ("1 Reel or video, 20 to 60 seconds, with subtitles", "1 first comment with the link"),
    "linkedin": ("1 post with a video of up to 90 seconds, with subtitles", "1 first comment with the link"),
    "pinterest": ("2 Pins, vertical 2:3, one of them a video", "1 board they are saved to"),
}
