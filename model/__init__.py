"""The unified model: contract, Nexus-Gen architecture, Storybook, training."""
