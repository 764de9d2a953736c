"""The Nexus-Gen architecture at every scale, on transformers and diffusers."""
